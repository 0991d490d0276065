import type { PrismaMssql } from '@prisma/adapter-mssql'
import { DatabaseUrlError } from '../database-url.ts'

/**
 * Prisma's driver for SQL Server, loaded only where it is used. @throws DatabaseUrlError without the driver's own words, which may quote a
 * piece of the connection string
 */
export async function createMssqlAdapter(connectionString: string): Promise<PrismaMssql> {
  const { PrismaMssql } = await import('@prisma/adapter-mssql')
  try {
    return new PrismaMssql(connectionString)
  } catch {
    throw new DatabaseUrlError('the driver does not understand this one: look at its host, port and parameters.')
  }
}
