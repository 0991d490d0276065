// The resource gate in Redis. One hash per resource holds the token bucket, the time until which it is closed, and the probe's turn;
// one Lua script asks all of it in one round trip.
import type { Entry, ResourceGate, ResourceLimits } from '../resource-gate.ts'
import { SUCCESS_NOTE_EVERY_MS } from '../resources.ts'
import type { RedisConnection } from './create-dispatcher.ts'

/** While a resource is closed, its jobs come back to ask about this often. */
const CLOSED_RECHECK_MS = 20_000
/** Those who wait come back within this much of their time, so that processes do not march in step. */
const JITTER_MS = 250
/** The line is not longer than this: who stands further behind asks again, and a line that nobody stands in any more is soon forgotten. */
const LONGEST_LINE_MS = 60_000
/** A gate that nobody uses is forgotten. */
const IDLE_MS = 3_600_000
/** Bulk work leaves this share of the bucket to single requests. */
const BULK_LEAVES = 0.25

// Who finds too few tokens gets a place in a line: the time by which those before him will have had theirs. It is a time to come back, no
// promise; without it twenty thousand jobs would all come back several times a second, to be sent away again. Bulk has a line of its own.
// KEYS[1] the gate; ARGV: now, rate per ms, burst, tokens, floor for this caller, idle ms, longest line in ms
// Answers {1, probe} to enter, {0, ms to wait, closed} otherwise.
const ENTER = `
local now, rate, burst = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local floor = tonumber(ARGV[5])
-- More than the bucket ever holds would never be granted.
local wanted = math.min(tonumber(ARGV[4]), burst - floor)
local line = floor > 0 and 'bulkLine' or 'line'
local gate = redis.call('HMGET', KEYS[1], 'tokens', 'at', 'closedUntil', 'closed', 'probeAt', 'probeEvery', line)
local probe = 0
-- Retry-After holds probes too.
if gate[3] and now < tonumber(gate[3]) then return {0, tonumber(gate[3]) - now, 1} end
if gate[4] == '1' then
  if now < tonumber(gate[5]) then return {0, tonumber(gate[5]) - now, 1} end
  redis.call('HSET', KEYS[1], 'probeAt', now + tonumber(gate[6]))
  probe = 1
end
if wanted == 0 then return {1, probe, 0} end
local at = tonumber(gate[2] or now)
local tokens = math.min(burst, tonumber(gate[1] or '0') + math.max(0, now - at) * rate)
local answer
if probe == 1 or tokens - wanted >= floor then
  tokens = tokens - wanted
  answer = {1, probe, 0}
else
  local place = math.max(now + (floor + wanted - tokens) / rate, tonumber(gate[7] or '0') + wanted / rate)
  place = math.min(place, now + tonumber(ARGV[7]))
  redis.call('HSET', KEYS[1], line, tostring(place))
  answer = {0, math.ceil(place - now), 0}
end
redis.call('HSET', KEYS[1], 'tokens', tostring(tokens), 'at', math.max(now, at))
if gate[4] ~= '1' then redis.call('PEXPIRE', KEYS[1], ARGV[6]) end
return answer
`

// KEYS[1] the gate; ARGV: until. Never shortens a pause, nor lets an idle gate forget one.
const CLOSE_UNTIL = `
local until_ = redis.call('HGET', KEYS[1], 'closedUntil')
if not until_ or tonumber(until_) < tonumber(ARGV[1]) then redis.call('HSET', KEYS[1], 'closedUntil', ARGV[1]) end
redis.call('PERSIST', KEYS[1])
`

// KEYS[1] the gate; ARGV: now, probe every. A gate that is closed already keeps its probe's turn.
const CLOSE = `
if redis.call('HGET', KEYS[1], 'closed') ~= '1' then
  redis.call('HSET', KEYS[1], 'closed', '1', 'probeAt', tonumber(ARGV[1]) + tonumber(ARGV[2]), 'probeEvery', ARGV[2])
  redis.call('PERSIST', KEYS[1])
end
`

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

  return {
    async enter({ resource, tokens, bulk, now }) {
      const { burst, ratePerSecond } = limitsOf(resource)
      const floor = bulk ? burst * BULK_LEAVES : 0
      const given = [now, ratePerSecond / 1_000, burst, tokens, floor, IDLE_MS, LONGEST_LINE_MS]
      const answer = await connection.eval(ENTER, 1, key(resource, 'gate'), ...given)
      return entryOf(answer, random())
    },

    async closeUntil({ resource, until }) {
      await connection.eval(CLOSE_UNTIL, 1, key(resource, 'gate'), until)
    },

    async noteSystemic({ resource, uuid, now }) {
      const runs = key(resource, 'systemic')
      const lastSuccess = Number((await connection.get(key(resource, 'success'))) ?? 0)
      const results = await connection
        .multi()
        .zadd(runs, now, uuid)
        // Successes are told with gaps: within one there may have been others.
        .zremrangebyscore(runs, '-inf', lastSuccess + SUCCESS_NOTE_EVERY_MS)
        .zcard(runs)
        .pexpire(runs, IDLE_MS)
        .exec()
      return Number(results?.[2]?.[1] ?? 0)
    },

    async noteSuccess({ resource, now }) {
      await connection.set(key(resource, 'success'), now, 'PX', IDLE_MS)
    },

    async close({ resource, probeEveryMs, now }) {
      await connection.eval(CLOSE, 1, key(resource, 'gate'), now, probeEveryMs)
    },

    async reopen({ resource }) {
      // The bucket starts empty, and a Retry-After that still runs stays.
      await connection.hdel(key(resource, 'gate'), 'closed', 'probeAt', 'probeEvery', 'tokens', 'at', 'line', 'bulkLine')
      await connection.del(key(resource, 'systemic'))
    },
  }

  function limitsOf(resource: string): ResourceLimits {
    const found = limits.find((one) => one.name === resource)
    if (!found) throw new Error(`No limits are configured for the resource ${resource}.`)
    return found
  }
}

function entryOf(answer: unknown, random: number): Entry {
  const [open = 0, detail = 0, closed = 0] = Array.isArray(answer) ? answer.map(Number) : []
  if (open === 1) return { kind: 'open', probe: detail === 1 }
  if (closed === 1) return { kind: 'wait', ms: Math.min(detail, CLOSED_RECHECK_MS) + random * JITTER_MS * 4, closed: true }
  return { kind: 'wait', ms: detail + random * JITTER_MS, closed: false }
}
