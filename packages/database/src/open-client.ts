// Opens Prisma over one driver per database. Each driver and generated client is loaded only where it is used.
import type { SqlDriverAdapterFactory } from '@prisma/driver-adapter-utils'
import type { DatabaseUrl } from './database-url.ts'
import type { PrismaClient } from './prisma.ts'
import { openSqlite, type SqliteConnection } from './sqlite/connection.ts'
import { createSqliteAdapter } from './sqlite/sqlite-adapter.ts'
import { withConnectionLimit } from './sqlserver/connection-string.ts'
import { createMssqlAdapter } from './sqlserver/mssql-adapter.ts'

/** Prisma, and beside it on SQLite the connection that it shares with our own statements. */
export type OpenClient =
  | { readonly dialect: 'sqlite'; readonly prisma: PrismaClient; readonly connection: SqliteConnection; close(): Promise<void> }
  | { readonly dialect: 'sqlserver'; readonly prisma: PrismaClient; close(): Promise<void> }

export interface ClientOptions {
  readonly adapter: SqlDriverAdapterFactory
  readonly onQuery?: ((sql: string) => void) | undefined
}

/** How long a transaction waits for its connection, and how long it may then take. */
const TRANSACTION_OPTIONS = { maxWait: 10_000, timeout: 20_000 }

export async function openClient({
  url,
  poolSize,
  onQuery,
}: {
  readonly url: DatabaseUrl
  readonly poolSize?: number
  readonly onQuery?: (sql: string) => void
}): Promise<OpenClient> {
  if (url.dialect === 'sqlserver') {
    const { connectionString } = url
    const adapter = await createMssqlAdapter(
      poolSize === undefined ? connectionString : withConnectionLimit({ connectionString, limit: poolSize }),
    )
    const prisma = await createSqlServerClient({ adapter, onQuery })
    return { dialect: 'sqlserver', prisma, close: () => prisma.$disconnect() }
  }
  const connection = await openSqlite({ file: url.file })
  const prisma = await createSqliteClient({ adapter: createSqliteAdapter(connection), onQuery })
  return {
    dialect: 'sqlite',
    prisma,
    connection,
    async close() {
      await prisma.$disconnect()
      await connection.close()
    },
  }
}

export async function createSqlServerClient(options: ClientOptions): Promise<PrismaClient> {
  const { PrismaClient } = await import('../generated/sqlserver/client.ts')
  const client = new PrismaClient(prismaOptions(options))
  if (options.onQuery) client.$on('query', ({ query }) => options.onQuery?.(query))
  return asCanonical(client)
}

async function createSqliteClient(options: ClientOptions): Promise<PrismaClient> {
  const { PrismaClient } = await import('../generated/sqlite/client.ts')
  const client = new PrismaClient(prismaOptions(options))
  if (options.onQuery) client.$on('query', ({ query }) => options.onQuery?.(query))
  return asCanonical(client)
}

/** Both clients are generated from the same models (scripts/derive-sqlite-schema.ts), so their methods and results have the same types. */
function asCanonical(client: object): PrismaClient {
  return client as PrismaClient
}

function prismaOptions({ adapter, onQuery }: ClientOptions) {
  return { adapter, transactionOptions: TRANSACTION_OPTIONS, log: onQuery ? [{ emit: 'event' as const, level: 'query' as const }] : [] }
}
