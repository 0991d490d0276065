import type { ApiCaller } from './call-api.ts'
import type { StudentBody } from './people.ts'
import { waitUntil } from './wait-until.ts'

const AGAIN_AFTER_MS = 50

export interface Insisted {
  /** The runs of those who were asked for, in their order. */
  readonly uuids: readonly string[]
  /** How often it was sent until there was an answer. */
  readonly tries: number
}

/**
 * POSTs students as an upstream system does that never loses one: again and again under the same Idempotency-Key, until they are accepted.
 * @param giveUpMs how long the first try waits for its answer, as if its sender were killed then; the others wait for as long as it takes
 * @throws Error where it is refused
 */
export async function insist({
  upstream,
  key,
  bodies,
  giveUpMs,
}: {
  readonly upstream: ApiCaller
  readonly key: string
  readonly bodies: readonly StudentBody[]
  readonly giveUpMs?: number
}): Promise<Insisted> {
  let tries = 0
  let uuids: readonly string[] | null = null
  const post = async () => {
    tries += 1
    try {
      const answer = await upstream.send('/student-create', {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': key },
        body: JSON.stringify(bodies),
        ...(tries === 1 && giveUpMs !== undefined && { signal: AbortSignal.timeout(giveUpMs) }),
      })
      if (answer.status === 503) return false
      const { results } = (await answer.json()) as { results?: readonly { uuid?: string }[] }
      uuids = results?.flatMap(({ uuid }) => uuid ?? []) ?? []
      if (answer.status >= 300 || uuids.length !== bodies.length) throw new RefusedError(`${key} was answered with ${answer.status}.`)
      return true
    } catch (error) {
      if (error instanceof RefusedError) throw error
      // The connection was cut, or there was nobody to connect to.
      return false
    }
  }
  await waitUntil(`${key} is accepted`, post, { everyMs: AGAIN_AFTER_MS })
  return { uuids: uuids ?? [], tries }
}

class RefusedError extends Error {}
