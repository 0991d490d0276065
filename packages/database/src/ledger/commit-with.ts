// Transitions with writes of their own share a transaction, too: those that come while one is under way are carried out together in the next.
// What must always hold: a run's transition, its writes and the runs it starts are committed together or not at all; `write` is called only
// while its run's version stands, under the lock on the run's row; what one of them does wrong holds up nobody else.
import { gather, type Ledger } from '@rollcall/engine'
import { isUnavailable, isUniqueViolation } from '../database-error.ts'
import { type PrismaTransaction, wrapTransaction } from '../prisma.ts'
import { inTransaction } from '../transaction.ts'
import { firstOfEachKey } from './accept.ts'
import type { LedgerContext } from './context.ts'

const MAX_TOGETHER = 100
/** Whoever starts more runs than this has a transaction of its own: nobody waits for that. */
const STARTS_TO_SHARE = 10
const MAX_RACES = 5

type Change = Parameters<Ledger['commitWith']>[0]
type Settled = PromiseSettledResult<boolean>

/** Another transaction took the natural key of a run to start; ours was rolled back whole. */
class StartRace extends Error {}

export function createCommitWith(context: LedgerContext): Ledger['commitWith'] {
  const share = gather<Change, Settled>({ max: MAX_TOGETHER, flush: (changes) => commitGathered(context, changes) })
  return async (change) => {
    if (change.start.length > STARTS_TO_SHARE) return (await commitTogether(context, [change])).has(change.transition.uuid)
    const settled = await share(change)
    if (settled.status === 'rejected') throw settled.reason
    return settled.value
  }
}

async function commitGathered(context: LedgerContext, changes: readonly Change[]): Promise<readonly Settled[]> {
  // Two jobs of one run can meet after a stall: the later one sees what became of the first.
  const first = new Map(changes.toReversed().map((change) => [change.transition.uuid, change]))
  const firsts = changes.filter((change) => first.get(change.transition.uuid) === change)
  const later = changes.filter((change) => first.get(change.transition.uuid) !== change)
  const settled = new Map([...(await settleTogether(context, firsts)), ...(later.length > 0 ? await settleAlone(context, later) : [])])
  return changes.map((change) => settled.get(change) ?? { status: 'fulfilled', value: false })
}

async function settleTogether(context: LedgerContext, changes: readonly Change[]): Promise<Map<Change, Settled>> {
  try {
    const applied = await commitTogether(context, changes)
    return new Map(changes.map((change) => [change, { status: 'fulfilled', value: applied.has(change.transition.uuid) }]))
  } catch (error) {
    if (changes.length > 1 && !isUnavailable(error)) return settleAlone(context, changes)
    return new Map(changes.map((change) => [change, { status: 'rejected', reason: error }]))
  }
}

async function settleAlone(context: LedgerContext, changes: readonly Change[]): Promise<Map<Change, Settled>> {
  const alone = async (change: Change) => (await commitTogether(context, [change])).has(change.transition.uuid)
  const settled = await Promise.allSettled(changes.map(alone))
  return new Map(changes.flatMap((change, index) => (settled[index] ? [[change, settled[index]]] : [])))
}

/**
 * The versions are claimed first: whoever comes too late writes nothing. When the database ends a deadlock or a race by rolling back,
 * everything is done again, `write` included, whose effects were rolled back too. Distinct runs.
 */
async function commitTogether({ prisma, sql }: LedgerContext, changes: readonly Change[]): Promise<ReadonlySet<string>> {
  const attempt = () =>
    inTransaction(prisma, async (tx) => {
      const applied = await sql.applyWithin(
        tx,
        changes.map(({ transition }) => transition),
      )
      const winners = changes.filter(({ transition }) => applied.has(transition.uuid))
      await writeAll(tx, winners)
      const start = winners.flatMap((change) => change.start)
      if (start.length > 0)
        await sql.startWithin(tx, firstOfEachKey(start)).catch((error: unknown) => {
          throw isUniqueViolation(error) ? new StartRace('', { cause: error }) : error
        })
      return applied
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

/** All at once, so that what they write can be gathered as well; nobody is left behind writing when one of them fails. */
async function writeAll(tx: PrismaTransaction, changes: readonly Change[]): Promise<void> {
  const wrapped = wrapTransaction(tx)
  const written = await Promise.allSettled(changes.map(async ({ write }) => write?.(wrapped)))
  for (const outcome of written) if (outcome.status === 'rejected') throw outcome.reason
}
