import type { AcceptedRun, AcceptInput, AcceptResult, JsonObject, KnownRequest, Ledger, NewRun } from '@rollcall/engine'
import { isUniqueViolation } from '../database-error.ts'
import { retryConflicts } from '../transaction.ts'
import type { LedgerContext } from './context.ts'
import { parseJson } from './run-row.ts'

const MAX_RACES = 10

/**
 * Insert first, ask afterwards: nearly every request is new. Whoever loses a race against the same request, or the same natural key, starts
 * again and finds the winner's rows.
 */
export async function accept({ prisma, sql }: LedgerContext, input: AcceptInput): Promise<AcceptResult> {
  const distinct = { ...input, runs: firstOfEachKey(input.runs) }
  for (let race = 1; ; race++) {
    try {
      const holders = await retryConflicts(() => sql.insertAccepted(distinct))
      return {
        kind: 'accepted',
        runs: answersOf(input.runs, new Map([...holders].map(([key, holder]) => [key, { ...holder, inserted: false }]))),
      }
    } catch (error) {
      if (!isUniqueViolation(error) || race === MAX_RACES) throw error
    }
    const { request } = input
    const known = request && (await findRequest({ prisma }, { ...request, now: request.createdAt }))
    if (known) return known
  }
}

export function firstOfEachKey(runs: readonly NewRun[]): NewRun[] {
  return [...new Map(runs.toReversed().map((run) => [run.liveKey, run])).values()].toReversed()
}

/** Per run, in order: the live run that has its key, or the run itself, which later ones with the same key are answered with. */
function answersOf(runs: readonly NewRun[], standing: Map<string, AcceptedRun>): AcceptedRun[] {
  return runs.map(({ uuid, groupUuid, state, liveKey }) => {
    const holder = standing.get(liveKey)
    if (holder) return { ...holder, inserted: false }
    const inserted: AcceptedRun = { uuid, groupUuid, state, status: 'new', version: 1, inserted: true }
    standing.set(liveKey, inserted)
    return inserted
  })
}

/** Null: there is none, or none any more, or it had expired and is now out of the way. */
export async function findRequest(
  { prisma }: Pick<LedgerContext, 'prisma'>,
  { caller, key, bodyHash, now }: Parameters<Ledger['findRequest']>[0],
): Promise<KnownRequest | null> {
  const known = await prisma.request.findUnique({ where: { caller_key: { caller, key } } })
  if (!known) return null
  if (known.expiresAt.getTime() <= now) {
    await prisma.request.deleteMany({ where: { caller, key, expiresAt: known.expiresAt } })
    return null
  }
  if (known.bodyHash !== bodyHash) return { kind: 'conflict' }
  return { kind: 'repeated', groupUuid: known.groupUuid, items: parseJson<JsonObject[]>(known.items) }
}
