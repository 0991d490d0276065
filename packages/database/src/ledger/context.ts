import type { PrismaClient } from '../prisma.ts'
import type { LedgerSql } from './ledger-sql.ts'

/** What the verbs of the ledger work with. */
export interface LedgerContext {
  readonly prisma: PrismaClient
  readonly sql: LedgerSql
}
