// A batch of a sync run: its number, cursor, counters and items, what it writes besides, and the runs it begins, in one transaction. What must
// always hold: a batch is written once, and only while its run goes on at the version that its writer was given; whoever comes second, or too
// late, writes nothing at all.
import type { Halt, SyncBatch, SyncRuns, WrittenBatch } from '@rollcall/status-sync'
import type { Dialect } from '../dialect.ts'
import { firstOfEachKey } from '../ledger/accept.ts'
import type { LedgerSql } from '../ledger/ledger-sql.ts'
import { type PrismaClient, type PrismaTransaction, wrapTransaction } from '../prisma.ts'
import { inTransaction, retryConflicts } from '../transaction.ts'
import { byUserId, rowsOfVerified } from './account-rows.ts'
import { SQLITE_BATCH, SQLSERVER_BATCH } from './batch-sql.ts'
import { markVerified } from './mark-verified.ts'
import { rowOfItem, rowOfSettled } from './sync-rows.ts'
import { WORDS } from './words.ts'

/** A row of the statement that claims a batch. */
interface ClaimRow {
  readonly pauseAskedBy: string | null
  /** Null, or absent, where the batch was claimed. */
  readonly halt?: Halt | null
}
type Claimed = Awaited<ReturnType<SyncRuns['writeBatch']>>

interface BatchWriter {
  claim(tx: PrismaTransaction, batch: SyncBatch): Promise<Claimed>
  /** After `claim`, which has written the batch's own counters. */
  record(tx: PrismaTransaction, batch: SyncBatch, written: WrittenBatch | undefined): Promise<void>
}

export function createWriteBatch({
  prisma,
  dialect,
  sql,
}: {
  readonly prisma: PrismaClient
  readonly dialect: Dialect
  readonly sql: Pick<LedgerSql, 'startWithin'>
}): SyncRuns['writeBatch'] {
  const writer = dialect === 'sqlite' ? onSqlite : onSqlServer

  return async (batch, write) => {
    if (!write && dialect === 'sqlserver') return wholeOnSqlServer(prisma, batch)
    if (!write && batch.items.length === 0 && batch.settled.length === 0) return verifiedOnSqlite(prisma, batch)
    return inTransaction(prisma, async (tx) => {
      const claimed = await writer.claim(tx, batch)
      if (claimed === null || typeof claimed === 'string') return claimed
      const written = await write?.(wrapTransaction(tx))
      await writer.record(tx, batch, written)
      if (written?.start?.length) await sql.startWithin(tx, firstOfEachKey(written.start))
      return claimed
    })
  }
}

/** One message. Alone it is a transaction of its own, which a deadlock rolls back whole. */
async function wholeOnSqlServer(prisma: PrismaClient, batch: SyncBatch): Promise<Claimed> {
  const [row] = await retryConflicts(() => prisma.$queryRawUnsafe<ClaimRow[]>(SQLSERVER_BATCH.whole, ...parametersOf(batch)))
  return claimedOf(row)
}

/**
 * Of a batch that leaves no item, as most of a quiet run: two statements, each a transaction of its own, for what would be four. That accounts
 * were compared is true before the batch is counted, too: whoever dies in between leaves them to be compared again.
 */
async function verifiedOnSqlite(prisma: PrismaClient, batch: SyncBatch): Promise<Claimed> {
  const { runUuid, expectedVersion, expectedBatches, verified, at } = batch
  if (verified.length > 0) {
    const accounts = JSON.stringify(rowsOfVerified(verified))
    await prisma.$executeRawUnsafe(SQLITE_BATCH.verified, accounts, WORDS.sqlite.time(at), runUuid, expectedBatches, expectedVersion)
  }
  return claimOnSqlite(prisma, batch)
}

async function claimOnSqlite(sql: Pick<PrismaTransaction, '$queryRawUnsafe'>, batch: SyncBatch): Promise<Claimed> {
  const asked = JSON.stringify(rowOfBatch(batch, 'sqlite'))
  const [claimed] = await sql.$queryRawUnsafe<ClaimRow[]>(SQLITE_BATCH.claim, asked)
  const [row] = claimed ? [claimed] : await sql.$queryRawUnsafe<ClaimRow[]>(SQLITE_BATCH.halt, asked)
  return claimedOf(row)
}

function claimedOf(row: ClaimRow | undefined): Claimed {
  return row ? (row.halt ?? { pauseAskedBy: row.pauseAskedBy }) : null
}

const onSqlServer: BatchWriter = {
  async claim(tx, batch) {
    const [row] = await tx.$queryRawUnsafe<ClaimRow[]>(SQLSERVER_BATCH.claim, JSON.stringify([rowOfBatch(batch, 'sqlserver')]))
    return claimedOf(row)
  },
  async record(tx, batch, written) {
    await tx.$executeRawUnsafe(SQLSERVER_BATCH.record, ...parametersOf({ ...batch, ...written }))
  },
}

function parametersOf(batch: SyncBatch): string[] {
  const { time } = WORDS.sqlserver
  const items = batch.items.map((item) => rowOfItem(item, time))
  const settled = batch.settled.map((item) => rowOfSettled(item, time)).sort(byUserId)
  return [[rowOfBatch(batch, 'sqlserver')], items, settled, rowsOfVerified(batch.verified)].map((rows) => JSON.stringify(rows))
}

const onSqlite: BatchWriter = {
  async claim(tx, batch) {
    return claimOnSqlite(tx, batch)
  },
  async record(tx, { runUuid, items, verified, at, ...batch }, written) {
    const { time } = WORDS.sqlite
    const { settled } = written ?? batch
    if (written) await tx.syncRun.update({ where: { runUuid }, data: { counters: JSON.stringify(written.counters) } })
    if (items.length > 0)
      await tx.$executeRawUnsafe(SQLITE_BATCH.items, JSON.stringify(items.map((item) => rowOfItem(item, time))), runUuid)
    if (settled.length > 0)
      await tx.$executeRawUnsafe(SQLITE_BATCH.settled, JSON.stringify(settled.map((item) => rowOfSettled(item, time))), runUuid)
    await markVerified(tx, { accounts: written?.verified ?? verified, at, dialect: 'sqlite' })
  },
}

function rowOfBatch({ runUuid, expectedVersion, expectedBatches, decidedThrough, counters, at }: SyncBatch, dialect: Dialect) {
  return { runUuid, expectedVersion, expectedBatches, decidedThrough, counters: JSON.stringify(counters), at: WORDS[dialect].time(at) }
}
