import type { PrismaMssql } from '@prisma/adapter-mssql'
import type { ConnectionPool } from 'mssql'
import { DatabaseUrlError } from '../database-url.ts'

/**
 * Prisma's driver for SQL Server, loaded only where it is used. @throws DatabaseUrlError without the driver's own words, which may quote a
 * piece of the connection string
 */
export async function createMssqlAdapter(connectionString: string): Promise<PrismaMssql> {
  const { PrismaMssql } = await import('@prisma/adapter-mssql')
  try {
    return withoutPings(new PrismaMssql(connectionString))
  } catch {
    throw new DatabaseUrlError('the driver does not understand this one: look at its host, port and parameters.')
  }
}

/**
 * By itself the pool sends a SELECT 1 before each request, which doubles what crosses the network. Whether its socket is alive is seen without
 * asking; what is wrong beyond that, the request itself finds out.
 */
function withoutPings(factory: PrismaMssql): PrismaMssql {
  const connect = factory.connect.bind(factory)
  factory.connect = async () => {
    const adapter = await connect()
    configOf(adapter.underlyingDriver()).validateConnection = 'socket'
    return adapter
  }
  return factory
}

/** The pool looks into it whenever it lends a connection; its types leave it out. */
function configOf(pool: ConnectionPool): { validateConnection: boolean | 'socket' } {
  return (pool as ConnectionPool & { readonly config: { validateConnection: boolean | 'socket' } }).config
}
