import type { NewRun } from '@rollcall/engine'
import { chunks } from '../chunks.ts'
import type { PrismaTransaction } from '../prisma.ts'
import { firstOfEachKey } from './accept.ts'
import { rowOfNewRun } from './run-row.ts'

/** SQL Server takes 2,100 parameters: 21 columns in 90 rows, or a list of keys. */
const ROWS_PER_INSERT = 90
const KEYS_PER_QUERY = 1_000

/**
 * Inserts the runs whose live key is free; the others' work is being done already.
 * @throws a unique violation if another transaction takes a key in between: the caller starts again
 */
export async function startRuns(tx: PrismaTransaction, runs: readonly NewRun[]): Promise<void> {
  const candidates = firstOfEachKey(runs)
  const taken = new Set<string>()
  for (const some of chunks(candidates, KEYS_PER_QUERY)) {
    const rows = await tx.run.findMany({ where: { liveKey: { in: some.map(({ liveKey }) => liveKey) } }, select: { liveKey: true } })
    for (const { liveKey } of rows) taken.add(liveKey)
  }
  const free = candidates.filter(({ liveKey }) => !taken.has(liveKey))
  for (const some of chunks(free, ROWS_PER_INSERT))
    await tx.run.createMany({ data: some.map((run) => rowOfNewRun(run, (ms) => new Date(ms))) })
}
