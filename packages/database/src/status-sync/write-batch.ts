// A batch of a sync run: its number, cursor, counters and items, what it writes besides, and the runs it begins, in one transaction. What must
// always hold: a batch is written once; whoever comes second writes nothing at all.
import type { SyncBatch, SyncRuns, WrittenBatch } from '@rollcall/status-sync'
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

interface Claimed {
  readonly pauseAskedBy: string | null
}

interface BatchWriter {
  claim(tx: PrismaTransaction, batch: SyncBatch): Promise<Claimed | null>
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
    return inTransaction(prisma, async (tx) => {
      const claimed = await writer.claim(tx, batch)
      if (!claimed) return null
      const written = await write?.(wrapTransaction(tx))
      await writer.record(tx, batch, written)
      if (written?.start?.length) await sql.startWithin(tx, firstOfEachKey(written.start))
      return claimed
    })
  }
}

/** One message. Alone it is a transaction of its own, which a deadlock rolls back whole. */
async function wholeOnSqlServer(prisma: PrismaClient, batch: SyncBatch): Promise<Claimed | null> {
  const [claimed] = await retryConflicts(() => prisma.$queryRawUnsafe<Claimed[]>(SQLSERVER_BATCH.whole, ...parametersOf(batch)))
  return claimed ?? null
}

const onSqlServer: BatchWriter = {
  async claim(tx, batch) {
    const [claimed] = await tx.$queryRawUnsafe<Claimed[]>(SQLSERVER_BATCH.claim, JSON.stringify([rowOfBatch(batch, 'sqlserver')]))
    return claimed ?? null
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
    const [claimed] = await tx.$queryRawUnsafe<Claimed[]>(SQLITE_BATCH.claim, JSON.stringify(rowOfBatch(batch, 'sqlite')))
    return claimed ?? null
  },
  async record(tx, { runUuid, items, verified, at, ...batch }, written) {
    const { time } = WORDS.sqlite
    const { settled } = written ?? batch
    if (written) await tx.syncRun.update({ where: { runUuid }, data: { counters: JSON.stringify(written.counters) } })
    if (items.length > 0)
      await tx.$executeRawUnsafe(SQLITE_BATCH.items, JSON.stringify(items.map((item) => rowOfItem(item, time))), runUuid)
    if (settled.length > 0)
      await tx.$executeRawUnsafe(SQLITE_BATCH.settled, JSON.stringify(settled.map((item) => rowOfSettled(item, time))), runUuid)
    await markVerified(tx, { accounts: verified, at, dialect: 'sqlite' })
  },
}

function rowOfBatch({ runUuid, expectedBatches, decidedThrough, counters, at }: SyncBatch, dialect: Dialect) {
  return { runUuid, expectedBatches, decidedThrough, counters: JSON.stringify(counters), at: WORDS[dialect].time(at) }
}
