// Sessions in Redis. The cookie holds 256 random bits and nothing else; Redis knows them by their hash, so that whoever reads Redis cannot
// take over a session. What must always hold: a session ends half an hour after its last sign of a person and eight hours after its login, and
// an ended one never comes back.
import type { Clock, EpochMs } from '@rollcall/engine'
import { z } from 'zod'
import { askRedis, dashboardKey, type RedisSide } from './redis-side.ts'
import { randomToken, sha256 } from './secret-text.ts'

export const IDLE_MS = 30 * 60_000
export const LONGEST_MS = 8 * 3_600_000
/** A sign of life is written this often at most. */
const NOTED_EVERY_MS = 30_000

const SessionData = z.object({
  name: z.string(),
  /** SHA-256 of the key that it was begun with, which must go on being valid. */
  keyHash: z.string(),
  csrfToken: z.string(),
  startedAt: z.number(),
  seenAt: z.number(),
})
export interface Session extends Readonly<z.infer<typeof SessionData>> {}

export interface Sessions {
  /** @returns the id, for the cookie, and what is known under it */
  begin(who: Pick<Session, 'name' | 'keyHash'>): Promise<{ readonly id: string; readonly session: Session }>
  /** @param isPerson whether the request shows that somebody is there; a page that asks again by itself does not */
  find(id: string, isPerson: boolean): Promise<Session | null>
  end(id: string): Promise<void>
}

export function createSessions({ clock, ...redis }: RedisSide & { readonly clock: Clock }): Sessions {
  const { connection } = redis
  const keyOf = (id: string) => dashboardKey(redis, `session:${sha256(id)}`)

  return {
    async begin(who) {
      const id = randomToken()
      const now = clock.now()
      const session = { ...who, csrfToken: randomToken(), startedAt: now, seenAt: now }
      await askRedis(connection.set(keyOf(id), JSON.stringify(session), 'PX', IDLE_MS))
      return { id, session }
    },

    async find(id, isPerson) {
      const stored = await askRedis(connection.get(keyOf(id)))
      const session = stored === null ? null : SessionData.parse(JSON.parse(stored))
      if (!session) return null
      const now = clock.now()
      if (now >= endOf(session)) {
        await askRedis(connection.del(keyOf(id)))
        return null
      }
      if (!isPerson || now - session.seenAt < NOTED_EVERY_MS) return session
      const seen = { ...session, seenAt: now }
      // XX: one that was ended in the meantime stays ended.
      await askRedis(connection.set(keyOf(id), JSON.stringify(seen), 'PX', endOf(seen) - now, 'XX'))
      return seen
    },

    async end(id) {
      await askRedis(connection.del(keyOf(id)))
    },
  }
}

function endOf({ startedAt, seenAt }: Session): EpochMs {
  return Math.min(seenAt + IDLE_MS, startedAt + LONGEST_MS)
}
