import type { Ledger, RunQueries } from '@rollcall/engine'
import { type AuditLog, createAuditLog } from './audit-log.ts'
import { withPortErrors } from './database-error.ts'
import { parseDatabaseUrl } from './database-url.ts'
import type { Dialect } from './dialect.ts'
import { createLedger } from './ledger/create-ledger.ts'
import { openClient } from './open-client.ts'
import type { PrismaClient } from './prisma.ts'

export interface DatabaseOptions {
  /** DATABASE_URL: `file:<path>` or `sqlserver://…`. */
  readonly url: string
  /** Connections to SQL Server at most; SQLite has one. By default what the URL says, else the driver's. */
  readonly poolSize?: number
  /** Told the text of every statement that Prisma sends. */
  readonly onQuery?: (sql: string) => void
}

export interface Database {
  readonly dialect: Dialect
  /** For what has no port yet. Inside a transaction use its client only: on SQLite the outer one waits for the transaction to end. */
  readonly prisma: PrismaClient
  readonly ledger: Ledger & RunQueries
  readonly audit: AuditLog
  /** @throws LedgerUnavailableError */
  ping(): Promise<void>
  /** The first statements through Prisma stall the event loop for 50-150 ms: call it before work is taken. */
  warmUp(): Promise<void>
  close(): Promise<void>
}

/**
 * Opens a database, whose migrations must have been applied. Every port answers an unreachable database with LedgerUnavailableError.
 * @throws DatabaseUrlError
 */
export async function createDatabase(options: DatabaseOptions): Promise<Database> {
  const { dialect, prisma, ledgerSql, close } = await openClient({ ...options, url: parseDatabaseUrl(options.url) })
  const { ledger, audit } = {
    ledger: withPortErrors(createLedger({ prisma, sql: ledgerSql })),
    audit: withPortErrors(createAuditLog(prisma)),
  }
  const { ping, warmUp } = withPortErrors({
    async ping() {
      await prisma.$queryRawUnsafe('SELECT 1 AS one')
    },
    async warmUp() {
      const nowhere = '00000000-0000-0000-0000-000000000000'
      await ledger.read([nowhere])
      await prisma.$transaction((tx) => tx.run.updateMany({ where: { uuid: nowhere }, data: { attempt: 0 } }))
    },
  })
  return { dialect, prisma, ledger, audit, ping, warmUp, close }
}
