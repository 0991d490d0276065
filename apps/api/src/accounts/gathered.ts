// Requests that arrive together share their round trips: one look for live accounts, one for the schools' open runs, one transaction, one call of
// the queue. While one batch is
// under way the next one fills up, so that batches grow with the load and nobody waits for a timer.
import { type AcceptInput, type AcceptResult, type AcceptRuns, gather, LedgerUnavailableError, type RunQueries } from '@rollcall/engine'
import type { AccountStore } from '@rollcall/provisioning'

type FindLive = AccountStore['findLive']
type OpenRuns = RunQueries['openRuns']

const REQUESTS_PER_BATCH = 200
/** A request with more runs than this is a batch of its own. */
const RUNS_TO_SHARE = 20

/** A request with an Idempotency-Key goes alone: whether it is known is decided for all that its transaction holds. So does an operator's order. */
export function gatherAccepts(acceptRuns: AcceptRuns): AcceptRuns {
  const together = gather<AcceptInput, Settled>({ max: REQUESTS_PER_BATCH, flush: (inputs) => acceptTogether({ inputs, acceptRuns }) })
  return async (input) => {
    if (input.request !== null || input.audit || input.runs.length > RUNS_TO_SHARE) return acceptRuns(input)
    const settled = await together(input)
    if (settled.status === 'rejected') throw settled.reason
    return settled.value
  }
}

type Settled = PromiseSettledResult<AcceptResult>

async function acceptTogether({
  inputs,
  acceptRuns,
}: {
  readonly inputs: readonly AcceptInput[]
  readonly acceptRuns: AcceptRuns
}): Promise<readonly Settled[]> {
  const [first] = inputs
  if (!first) return []
  try {
    const result = await acceptRuns({ ...first, runs: inputs.flatMap(({ runs }) => runs) })
    if (result.kind !== 'accepted') throw new Error(`A request without a key was answered ${result.kind}.`)
    const runs = result.runs.values()
    return inputs.map((input) => ({ status: 'fulfilled', value: { kind: 'accepted', runs: input.runs.flatMap(() => take(runs)) } }))
  } catch (error) {
    if (error instanceof LedgerUnavailableError || inputs.length === 1) return inputs.map(() => ({ status: 'rejected', reason: error }))
    // One of them cannot be written; the others are not held up by it.
    return Promise.allSettled(inputs.map(acceptRuns))
  }
}

function take<Item>(items: Iterator<Item>): Item[] {
  const next = items.next()
  return next.done ? [] : [next.value]
}

export function gatherFindLive(findLive: FindLive): FindLive {
  return gather<readonly string[], Awaited<ReturnType<FindLive>>>({
    max: REQUESTS_PER_BATCH,
    async flush(asked) {
      const found = Map.groupBy(await findLive([...new Set(asked.flat())]), ({ personId }) => personId)
      return asked.map((personIds) => personIds.flatMap((personId) => found.get(personId) ?? []))
    },
  })
}

/** Each asks with a school per run that it is about to begin, so that those who ask with it come behind them. */
export function gatherOpenRuns(openRuns: OpenRuns): OpenRuns {
  return gather<readonly string[], Awaited<ReturnType<OpenRuns>>>({
    max: REQUESTS_PER_BATCH,
    async flush(asked) {
      const ahead = new Map(await openRuns([...new Set(asked.flat())]))
      return asked.map((scopeIds) => {
        const found = new Map(scopeIds.map((scopeId): [string, number] => [scopeId, ahead.get(scopeId) ?? 0]))
        for (const scopeId of scopeIds) ahead.set(scopeId, (ahead.get(scopeId) ?? 0) + 1)
        return found
      })
    },
  })
}
