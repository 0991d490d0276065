// The resource gate in Redis. A hash per resource holds the token bucket, the time until which it is closed, and the probe's turn; beside it,
// for each lane, stands who waits. One script asks all of it in one round trip. What must always hold: a gate that Redis has forgotten lets nobody
// in before the ledger was asked whether it is closed.
import type { Closures } from '../ledger.ts'
import type { Lane } from '../priority.ts'
import type { EnterRequest, Entry, ResourceGate, ResourceLimits } from '../resource-gate.ts'
import { probeEveryMs, SUCCESS_NOTE_EVERY_MS } from '../resources.ts'
import type { EpochMs } from '../run.ts'
import type { RedisConnection } from './create-dispatcher.ts'
import { ASSURE, CLOSE, ENTER, NOTE_SUCCESS, NOTE_SYSTEMIC, PAUSE, REOPEN } from './gate-scripts.ts'
import { createRedisScript } from './redis-script.ts'

/** What is noted of errors is forgotten when nobody meets any. */
const IDLE_MS = 3_600_000
/** For whoever meets a gate that was forgotten twice within a moment. */
const ASK_AGAIN: Entry = { kind: 'wait', ms: 1_000, closed: false }
/** Each lane leaves this share of the bucket to those above it. */
const LEAVES = { interactive: 0, normal: 0.125, bulk: 0.25 } as const satisfies Record<Lane, number>

export function createRedisResourceGate({
  connection,
  namespace,
  limits,
  random,
  closures,
  clock = 'redis',
}: {
  readonly connection: RedisConnection
  readonly namespace: string
  readonly limits: readonly ResourceLimits[]
  readonly random: () => number
  /** Where the ledger says what is closed: for those who enter. Without it a gate that was forgotten is open. */
  readonly closures?: Pick<Closures, 'list'>
  /** Whose time counts: Redis's own, or, in tests that move it, the callers'. @defaultValue redis */
  readonly clock?: 'redis' | 'callers'
}): ResourceGate {
  const key = (resource: string, part: string) => `{${namespace}:resource:${resource}}:${part}`
  const enter = createRedisScript(connection, ENTER)
  const assure = createRedisScript(connection, ASSURE)
  const pause = createRedisScript(connection, PAUSE)
  const close = createRedisScript(connection, CLOSE)
  const reopen = createRedisScript(connection, REOPEN)
  const noteSystemic = createRedisScript(connection, NOTE_SYSTEMIC)
  const noteSuccess = createRedisScript(connection, NOTE_SUCCESS)
  const timeOf = ({ now }: { readonly now: EpochMs }) => (clock === 'redis' ? '' : now)

  return {
    async enter(request) {
      const entry = entryOf(await ask(request))
      if (entry || !closures) return entry ?? ASK_AGAIN
      await makeSure(closures, request)
      // Unless it was forgotten once more.
      return entryOf(await ask(request)) ?? ASK_AGAIN
    },

    async pause(request) {
      await pause([key(request.resource, 'gate')], [timeOf(request), request.forMs])
    },

    async noteSystemic(request) {
      const keys = ['systemic', 'systemic:errors', 'success'].map((part) => key(request.resource, part))
      const answer = await noteSystemic(keys, [timeOf(request), request.uuid, SUCCESS_NOTE_EVERY_MS, IDLE_MS])
      const [runs = 0, errors = 0, forMs = 0] = numbersOf(answer)
      return { runs, errors, forMs }
    },

    async noteSuccess(request) {
      await noteSuccess([key(request.resource, 'success')], [timeOf(request), IDLE_MS])
    },

    close: shut,

    async isClosed({ resource }) {
      return (await connection.hget(key(resource, 'gate'), 'closed')) === '1'
    },

    async reopen({ resource }) {
      await reopen(
        ['gate', 'systemic'].map((part) => key(resource, part)),
        [],
      )
    },
  }

  function ask(request: EnterRequest): Promise<unknown> {
    const { resource, tokens, lane, scope, uuid } = request
    const { burst, ratePerSecond } = limitsOf(resource)
    const keys = ['gate', `${lane}:told`, `${lane}:schools`, `${lane}:line:`, 'systemic'].map((part) => key(resource, part))
    const budget = [ratePerSecond / 1_000, burst, tokens, burst * LEAVES[lane]]
    return enter(keys, [timeOf(request), ...budget, lane, scope ?? '', uuid, random(), closures ? '1' : ''])
  }

  async function makeSure(known: Pick<Closures, 'list'>, { resource, now }: Pick<EnterRequest, 'resource' | 'now'>): Promise<void> {
    const closure = (await known.list()).find((one) => one.resource === resource)
    if (closure) await shut({ resource, probeEveryMs: probeEveryMs(closure), now })
    else await assure([key(resource, 'gate')], [IDLE_MS])
  }

  async function shut(request: Parameters<ResourceGate['close']>[0]): Promise<void> {
    await close([key(request.resource, 'gate')], [timeOf(request), request.probeEveryMs])
  }

  function limitsOf(resource: string): ResourceLimits {
    const found = limits.find((one) => one.name === resource)
    if (!found) throw new Error(`No limits are configured for the resource ${resource}.`)
    return found
  }
}

/** Null: the gate is not sure that it is not closed. */
function entryOf(answer: unknown): Entry | null {
  const [open = 0, detail = 0, closed = 0] = numbersOf(answer)
  if (open === -1) return null
  return open === 1 ? { kind: 'open', probe: detail === 1 } : { kind: 'wait', ms: detail, closed: closed === 1 }
}

function numbersOf(answer: unknown): number[] {
  return Array.isArray(answer) ? answer.map(Number) : []
}
