import type { AcceptedRun, NewRun } from '@rollcall/engine'
import type { PrismaTransaction } from '../prisma.ts'
import { type RunRow, rowOfNewRun } from './run-row.ts'

/** SQL Server takes 2,100 parameters: 22 columns in 80 rows, or a list of keys. */
const ROWS_PER_INSERT = 80
const KEYS_PER_QUERY = 1_000

/**
 * Inserts the runs whose live key is free and answers, in order, for each its own row or that of the live run that has its key.
 * @throws a unique violation if another transaction takes a key in between: the caller starts again
 */
export async function insertRuns(tx: PrismaTransaction, runs: readonly NewRun[]): Promise<AcceptedRun[]> {
  const holders = await liveHolders(tx, [...new Set(runs.map(({ liveKey }) => liveKey))])
  const fresh: NewRun[] = []
  const answers = runs.map((run): AcceptedRun => {
    const holder = holders.get(run.liveKey)
    if (holder) return { ...holder, inserted: false }
    const { uuid, groupUuid, state, liveKey } = run
    const inserted: AcceptedRun = { uuid, groupUuid, state, status: 'new', version: 1, inserted: true }
    holders.set(liveKey, inserted)
    fresh.push(run)
    return inserted
  })
  for (const chunk of chunks(fresh, ROWS_PER_INSERT)) await tx.run.createMany({ data: chunk.map(rowOfNewRun) })
  return answers
}

async function liveHolders(tx: PrismaTransaction, keys: readonly string[]): Promise<Map<string, AcceptedRun>> {
  const holders = new Map<string, AcceptedRun>()
  for (const chunk of chunks(keys, KEYS_PER_QUERY)) {
    const rows = await tx.run.findMany({
      where: { liveKey: { in: [...chunk] } },
      select: { uuid: true, groupUuid: true, state: true, status: true, version: true, liveKey: true },
    })
    for (const { liveKey, ...row } of rows) holders.set(liveKey, acceptedOfRow(row))
  }
  return holders
}

/** Only the engine writes the status, from the words of the same type. */
function acceptedOfRow(row: Pick<RunRow, 'uuid' | 'groupUuid' | 'state' | 'status' | 'version'>): AcceptedRun {
  return { ...row, inserted: false } as AcceptedRun
}

export function chunks<Item>(items: readonly Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size))
}
