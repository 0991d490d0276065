// The registration service as the status sync sees it, over HTTP. What must always hold: an outage is an error, never "nothing found"; each key is
// answered, in the order of the keys; whoever asks a second time is not answered from any cache.
import { TerminalError, TransientError } from '@rollcall/engine'
import { type RegistrationAnswer, type RegistrationKey, type Registrations, statusSyncErrors } from '@rollcall/status-sync'
import { BrokenCircuitError } from 'cockatiel'
import { createPolicy } from './policy.ts'
import { postBatch } from './post-batch.ts'
import { Unavailable } from './unavailable.ts'
import { BATCH_MOST, type BatchBody, type BatchItem, RegistrationNumber, UserId } from './wire.ts'

/** What happened on the way to an answer. */
export type RegistrationsNotice =
  | { readonly kind: 'called'; readonly outcome: 'answered' | 'failed'; readonly ms: number }
  | { readonly kind: 'retrying'; readonly pauseMs: number }
  | { readonly kind: 'breaker'; readonly state: 'open' | 'halfOpen' | 'closed' }

export interface RegistrationsClientOptions {
  /** Where the service is, e.g. `http://localhost:5003`. */
  readonly url: string
  /** An API key of the role `service`. */
  readonly key: string
  /** Tries after the first that failed for a reason that may pass. @defaultValue 3 */
  readonly retries?: number
  /** How long a try may take, to the last byte of its answer. @defaultValue 10 s */
  readonly timeoutMs?: number
  /** How long the breaker stays open. @defaultValue 30 s */
  readonly halfOpenAfterMs?: number
  readonly random?: () => number
  readonly fetch?: typeof fetch
  readonly notify?: (notice: RegistrationsNotice) => void
}

/** Nobody's id: whether the service answers is told by the answer, not by what it says. */
const PING: BatchBody = { userIds: ['health-check'] }

export function createRegistrationsClient({
  url,
  key,
  retries = 3,
  timeoutMs = 10_000,
  halfOpenAfterMs = 30_000,
  random = Math.random,
  fetch: send = fetch,
  notify = () => {},
}: RegistrationsClientOptions): Registrations {
  const policy = createPolicy({
    retries,
    timeoutMs,
    halfOpenAfterMs,
    random,
    onRetry: (pauseMs) => notify({ kind: 'retrying', pauseMs }),
    onBreaker: (state) => notify({ kind: 'breaker', state }),
  })
  const post = (body: BatchBody, signal: AbortSignal) => measured(notify, () => postBatch({ url, key, body, signal, fetch: send }))

  return {
    async find(keys, signal) {
      if (keys.length > BATCH_MOST) throw new RangeError(`${keys.length} keys were asked for at once; ${BATCH_MOST} are the most.`)
      const askable = keys.filter(canBeAsked)
      if (askable.length === 0) return keys.map(() => ({ kind: 'none' }))
      const answers = await ask(askable, signal)
      // No registration can stand under a key that the service would not even read.
      return keys.map((one) => answers.get(nameOf(one)) ?? { kind: 'none' })
    },

    async ping(signal) {
      await inOurWords(() => post(PING, AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)])), signal)
    },
  }

  async function ask(keys: readonly RegistrationKey[], signal: AbortSignal): Promise<ReadonlyMap<string, RegistrationAnswer>> {
    const numbers = [...new Set(keys.flatMap((one) => ('registrationNumber' in one ? [one.registrationNumber] : [])))]
    const users = [...new Set(keys.flatMap((one) => ('userId' in one ? [one.userId] : [])))]
    const body = { ...(numbers.length > 0 && { registrationNumbers: numbers }), ...(users.length > 0 && { userIds: users }) }
    const items = await inOurWords(() => policy.execute((limited) => post(body, limited), signal), signal)
    const answers = new Map(items.map((item) => [nameOf(item.asked), answerOf(item)]))
    if (keys.every((one) => answers.has(nameOf(one)))) return answers
    throw new TerminalError(statusSyncErrors.REGISTRATIONS_UNREADABLE, 'A key was left without an answer.')
  }
}

/** Errors of this package and of its policy as the port promises them. */
async function inOurWords<T>(call: () => Promise<T>, signal: AbortSignal): Promise<T> {
  try {
    return await call()
  } catch (error) {
    if (signal.aborted) throw signal.reason
    if (error instanceof BrokenCircuitError) {
      throw new TransientError(statusSyncErrors.REGISTRATIONS_UNAVAILABLE, 'It failed too often of late and is left alone for a while.')
    }
    if (error instanceof Unavailable) throw new TransientError(statusSyncErrors.REGISTRATIONS_UNAVAILABLE, `${error.message}.`)
    throw error
  }
}

async function measured<T>(notify: (notice: RegistrationsNotice) => void, call: () => Promise<T>): Promise<T> {
  const from = performance.now()
  const done = (outcome: 'answered' | 'failed') => notify({ kind: 'called', outcome, ms: performance.now() - from })
  try {
    const answer = await call()
    done('answered')
    return answer
  } catch (error) {
    done('failed')
    throw error
  }
}

function canBeAsked(key: RegistrationKey): boolean {
  return 'userId' in key ? UserId.safeParse(key.userId).success : RegistrationNumber.safeParse(key.registrationNumber).success
}

function nameOf(key: BatchItem['asked']): string {
  return 'userId' in key ? `user ${key.userId}` : `number ${key.registrationNumber}`
}

function answerOf(item: BatchItem): RegistrationAnswer {
  if (item.result === 'notFound') return { kind: 'none' }
  if (item.result === 'several') return { kind: 'several', registrationIds: item.registrationIds }
  const { registrationId, registrationNumber, status, updatedAt, userId, version } = item
  return { kind: 'found', registration: { registrationId, registrationNumber, userId, status, version, updatedAt: Date.parse(updatedAt) } }
}
