import type { Ledger } from '@rollcall/engine'
import { isUniqueViolation } from '../database-error.ts'
import { wrapTransaction } from '../prisma.ts'
import { inTransaction } from '../transaction.ts'
import type { LedgerContext } from './context.ts'
import { startRuns } from './start-runs.ts'

const MAX_RACES = 5

/** Another transaction took the natural key of a run to start; ours was rolled back whole. */
class StartRace extends Error {}

/**
 * The version is claimed first: whoever comes too late writes nothing, and `write` runs under the lock on the run's row. When the database
 * ends a deadlock or a race by rolling back, everything is done again, `write` included, whose effects were rolled back too.
 */
export async function commitWith({ prisma, sql }: LedgerContext, change: Parameters<Ledger['commitWith']>[0]): Promise<boolean> {
  const { transition, write, start } = change
  const attempt = () =>
    inTransaction(prisma, async (tx) => {
      if (!(await sql.applyWithin(tx, transition))) return false
      await write?.(wrapTransaction(tx))
      if (start.length > 0)
        await startRuns(tx, start).catch((error: unknown) => {
          throw isUniqueViolation(error) ? new StartRace('', { cause: error }) : error
        })
      return true
    })
  for (let race = 1; ; race++) {
    try {
      return await attempt()
    } catch (error) {
      if (!(error instanceof StartRace)) throw error
      if (race === MAX_RACES) throw error.cause
    }
  }
}
