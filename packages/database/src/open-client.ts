// Opens Prisma and the ledger's own SQL over one driver per database. Each generated client is loaded only where it is used.
import type { SqlDriverAdapterFactory } from '@prisma/driver-adapter-utils'
import type { DatabaseUrl } from './database-url.ts'
import type { Dialect } from './dialect.ts'
import type { LedgerSql } from './ledger/ledger-sql.ts'
import { createSqliteLedgerSql } from './ledger/sqlite-ledger-sql.ts'
import type { PrismaClient } from './prisma.ts'
import { openSqlite } from './sqlite/connection.ts'
import { createSqliteAdapter } from './sqlite/sqlite-adapter.ts'

export interface OpenClient {
  readonly dialect: Dialect
  readonly prisma: PrismaClient
  readonly ledgerSql: LedgerSql
  close(): Promise<void>
}

/** How long a transaction waits for its connection, and how long it may then take. */
const TRANSACTION_OPTIONS = { maxWait: 10_000, timeout: 20_000 }

interface ClientOptions {
  readonly adapter: SqlDriverAdapterFactory
  readonly onQuery: ((sql: string) => void) | undefined
}

export async function openClient({
  url,
  onQuery,
}: {
  url: DatabaseUrl
  poolSize?: number
  onQuery?: (sql: string) => void
}): Promise<OpenClient> {
  if (url.dialect === 'sqlite') {
    const connection = await openSqlite({ file: url.file })
    const prisma = await sqliteClient({ adapter: createSqliteAdapter(connection), onQuery })
    return {
      dialect: 'sqlite',
      prisma,
      ledgerSql: createSqliteLedgerSql(connection),
      async close() {
        await prisma.$disconnect()
        await connection.close()
      },
    }
  }
  throw new Error('TODO')
}

async function sqliteClient(options: ClientOptions): Promise<PrismaClient> {
  const { PrismaClient } = await import('../generated/sqlite/client.ts')
  const client = new PrismaClient(clientOptions(options))
  if (options.onQuery) client.$on('query', ({ query }) => options.onQuery?.(query))
  return asCanonical(client)
}

/** Both clients are generated from the same models (scripts/derive-sqlite-schema.ts), so their methods and results have the same types. */
function asCanonical(client: object): PrismaClient {
  return client as PrismaClient
}

function clientOptions({ adapter, onQuery }: ClientOptions) {
  return { adapter, transactionOptions: TRANSACTION_OPTIONS, log: onQuery ? [{ emit: 'event' as const, level: 'query' as const }] : [] }
}
