// Counts tries to log in, per name and per address, for all instances together. What must always hold: a try is counted before it is judged,
// so that many at once get no further than one after the other; and a name that does not exist is counted and locked like one that does.
import type { Clock } from '@rollcall/engine'
import { askRedis, dashboardKey, type RedisSide } from './redis-side.ts'
import { sha256 } from './secret-text.ts'

export const TRIES_PER_NAME = 5
export const TRIES_PER_ADDRESS = 20
const WITHIN_MS = 15 * 60_000
export const LOCKED_MS = 15 * 60_000

/** KEYS name, address; ARGV now, window, lock, tries per name, tries per address. Answers 1 if the try may be judged, then whether it is each one's last. */
const TAKE = `
local now, window, lock = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
for i = 1, 2 do
  local lockedUntil = redis.call('HGET', KEYS[i], 'lockedUntil')
  if lockedUntil and now < tonumber(lockedUntil) then return {0, 0, 0} end
  -- Once the lock is over, counting begins anew.
  if lockedUntil then redis.call('DEL', KEYS[i]) end
end
local last = {0, 0}
for i = 1, 2 do
  local since = redis.call('HGET', KEYS[i], 'since')
  if not since or now - tonumber(since) >= window then
    redis.call('DEL', KEYS[i])
    redis.call('HSET', KEYS[i], 'since', now)
  end
  if redis.call('HINCRBY', KEYS[i], 'tries', 1) >= tonumber(ARGV[3 + i]) then
    redis.call('HSET', KEYS[i], 'lockedUntil', now + lock)
    last[i] = 1
  end
  redis.call('PEXPIRE', KEYS[i], window + lock)
end
return {1, last[1], last[2]}
`

/** KEYS name, address: the try was right, and had nothing to be counted for. */
const FORGIVE = `
redis.call('DEL', KEYS[1])
if redis.call('HINCRBY', KEYS[2], 'tries', -1) <= 0 then redis.call('DEL', KEYS[2]) else redis.call('HDEL', KEYS[2], 'lockedUntil') end
`

export interface LoginTry {
  readonly name: string
  readonly address: string
}

export type Admission =
  /** Judge it. `last`: whose last try it was; if it is wrong, they are locked now. */
  { readonly kind: 'judge'; readonly last: readonly ('name' | 'address')[] } | { readonly kind: 'locked' }

export interface LoginGuard {
  take(attempt: LoginTry): Promise<Admission>
  forgive(attempt: LoginTry): Promise<void>
}

export function createLoginGuard({ clock, ...redis }: RedisSide & { readonly clock: Clock }): LoginGuard {
  // Hashed: a name is typed by anybody, and may be a key that went into the wrong field.
  const keysOf = ({ name, address }: LoginTry) => [
    dashboardKey(redis, `tries:name:${sha256(name)}`),
    dashboardKey(redis, `tries:address:${sha256(address)}`),
  ]

  return {
    async take(attempt) {
      const limits = [WITHIN_MS, LOCKED_MS, TRIES_PER_NAME, TRIES_PER_ADDRESS]
      const answer = await askRedis(redis.connection.eval(TAKE, 2, ...keysOf(attempt), clock.now(), ...limits))
      const [judged, lastOfName, lastOfAddress] = Array.isArray(answer) ? answer.map(Number) : []
      if (judged !== 1) return { kind: 'locked' }
      const last = [...(lastOfName === 1 ? ['name' as const] : []), ...(lastOfAddress === 1 ? ['address' as const] : [])]
      return { kind: 'judge', last }
    },

    async forgive(attempt) {
      await askRedis(redis.connection.eval(FORGIVE, 2, ...keysOf(attempt)))
    },
  }
}
