// The resource gate in Redis. A hash per resource holds the token bucket, the time until which it is closed, and the probe's turn; beside it,
// for each lane, stands who waits. One script asks all of it in one round trip.
import type { Lane } from '../priority.ts'
import type { Entry, ResourceGate, ResourceLimits } from '../resource-gate.ts'
import { SUCCESS_NOTE_EVERY_MS } from '../resources.ts'
import type { RedisConnection } from './create-dispatcher.ts'
import { CLOSE, CLOSE_UNTIL, ENTER, NOTE_SYSTEMIC } from './gate-scripts.ts'
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
}: {
  readonly connection: RedisConnection
  readonly namespace: string
  readonly limits: readonly ResourceLimits[]
  readonly random: () => number
}): ResourceGate {
  const key = (resource: string, part: string) => `{${namespace}:resource:${resource}}:${part}`
  const enter = createRedisScript(connection, ENTER)
  const closeUntil = createRedisScript(connection, CLOSE_UNTIL)
  const close = createRedisScript(connection, CLOSE)
  const noteSystemic = createRedisScript(connection, NOTE_SYSTEMIC)

  return {
    async enter({ resource, tokens, lane, scope, uuid, now }) {
      const { burst, ratePerSecond } = limitsOf(resource)
      const keys = ['gate', `${lane}:told`, `${lane}:schools`, `${lane}:line:`].map((part) => key(resource, part))
      const given = [now, ratePerSecond / 1_000, burst, tokens, burst * LEAVES[lane], lane, scope ?? '', uuid, random()]
      return entryOf(await enter(keys, given))
    },

    async closeUntil({ resource, until }) {
      await closeUntil([key(resource, 'gate')], [until])
    },

    async noteSystemic({ resource, uuid, now }) {
      const keys = ['systemic', 'systemic:errors', 'success'].map((part) => key(resource, part))
      const [runs = 0, errors = 0, first = now] = numbersOf(await noteSystemic(keys, [now, uuid, SUCCESS_NOTE_EVERY_MS, IDLE_MS]))
      return { runs, errors, forMs: Math.max(0, now - first) }
    },

    async noteSuccess({ resource, now }) {
      await connection.set(key(resource, 'success'), now, 'PX', IDLE_MS)
    },

    async close({ resource, probeEveryMs, now }) {
      await close([key(resource, 'gate')], [now, probeEveryMs])
    },

    async isClosed({ resource }) {
      return (await connection.hget(key(resource, 'gate'), 'closed')) === '1'
    },

    async reopen({ resource }) {
      // The bucket starts empty; a Retry-After that still runs stays, and so do the places of those who wait.
      await connection.hdel(key(resource, 'gate'), 'closed', 'probeAt', 'probeEvery', 'tokens', 'at')
      await connection.del(key(resource, 'systemic'))
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
