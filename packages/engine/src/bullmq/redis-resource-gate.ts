// The resource gate in Redis. A hash per resource holds the token bucket, the time until which it is closed, and the probe's turn; beside it,
// for each lane, stands who waits. One script asks all of it in one round trip.
import type { Lane } from '../priority.ts'
import type { Entry, ResourceGate, ResourceLimits } from '../resource-gate.ts'
import { SUCCESS_NOTE_EVERY_MS } from '../resources.ts'
import type { EpochMs } from '../run.ts'
import type { RedisConnection } from './create-dispatcher.ts'
import { CLOSE, ENTER, NOTE_SUCCESS, NOTE_SYSTEMIC, PAUSE, REOPEN } from './gate-scripts.ts'
import { createRedisScript } from './redis-script.ts'

/** What is noted of errors is forgotten when nobody meets any. */
const IDLE_MS = 3_600_000
/** Each lane leaves this share of the bucket to those above it. */
const LEAVES = { interactive: 0, normal: 0.125, bulk: 0.25 } as const satisfies Record<Lane, number>

export function createRedisResourceGate({
  connection,
  namespace,
  limits,
  random,
  clock = 'redis',
}: {
  readonly connection: RedisConnection
  readonly namespace: string
  readonly limits: readonly ResourceLimits[]
  readonly random: () => number
  /** Whose time counts: Redis's own, or, in tests that move it, the callers'. @defaultValue redis */
  readonly clock?: 'redis' | 'callers'
}): ResourceGate {
  const key = (resource: string, part: string) => `{${namespace}:resource:${resource}}:${part}`
  const enter = createRedisScript(connection, ENTER)
  const pause = createRedisScript(connection, PAUSE)
  const close = createRedisScript(connection, CLOSE)
  const reopen = createRedisScript(connection, REOPEN)
  const noteSystemic = createRedisScript(connection, NOTE_SYSTEMIC)
  const noteSuccess = createRedisScript(connection, NOTE_SUCCESS)
  const timeOf = ({ now }: { readonly now: EpochMs }) => (clock === 'redis' ? '' : now)

  return {
    async enter(request) {
      const { resource, tokens, lane, scope, uuid } = request
      const { burst, ratePerSecond } = limitsOf(resource)
      const keys = ['gate', `${lane}:told`, `${lane}:schools`, `${lane}:line:`, 'systemic'].map((part) => key(resource, part))
      const leaves = burst * LEAVES[lane]
      return entryOf(await enter(keys, [timeOf(request), ratePerSecond / 1_000, burst, tokens, leaves, lane, scope ?? '', uuid, random()]))
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

    async close(request) {
      await close([key(request.resource, 'gate')], [timeOf(request), request.probeEveryMs])
    },

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

  function limitsOf(resource: string): ResourceLimits {
    const found = limits.find((one) => one.name === resource)
    if (!found) throw new Error(`No limits are configured for the resource ${resource}.`)
    return found
  }
}

function entryOf(answer: unknown): Entry {
  const [open = 0, detail = 0, closed = 0] = numbersOf(answer)
  return open === 1 ? { kind: 'open', probe: detail === 1 } : { kind: 'wait', ms: detail, closed: closed === 1 }
}

function numbersOf(answer: unknown): number[] {
  return Array.isArray(answer) ? answer.map(Number) : []
}
