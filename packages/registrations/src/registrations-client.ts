// The registration service as the status sync sees it, over HTTP. What must always hold: an outage is an error, never "nothing found"; each key is
// answered, in the order of the keys; whoever asks a second time is not answered from any cache.
import { RetryAfterError, SystemicError, TerminalError, TransientError } from '@rollcall/engine'
import { type RegistrationAnswer, type RegistrationKey, type Registrations, statusSyncErrors } from '@rollcall/status-sync'
import { BrokenCircuitError } from 'cockatiel'
import { createPolicy, LONGEST_PAUSE_MS } from './policy.ts'
import { postBatch } from './post-batch.ts'
import { nameOf, readBatch } from './read-batch.ts'
import { shapeOf } from './shape-of.ts'
import { Unavailable } from './unavailable.ts'
import { BATCH_MOST, RegistrationNumber, UserId } from './wire.ts'

/** `refused`: our key. `unreadable`: the answer as a whole. `abandoned`: whoever asked hung up. */
export const CALL_OUTCOMES = ['answered', 'unavailable', 'refused', 'unreadable', 'abandoned'] as const
export type CallOutcome = (typeof CALL_OUTCOMES)[number]

/** What happened on the way to an answer. Names nobody, and quotes nothing. */
export type RegistrationsNotice =
  | { readonly kind: 'called'; readonly outcome: CallOutcome; readonly ms: number }
  | { readonly kind: 'retrying'; readonly pauseMs: number }
  | { readonly kind: 'breaker'; readonly state: 'open' | 'halfOpen' | 'closed' }
  /** Single records, or keys, of an answer that is good otherwise: what was wrong with each, e.g. `version: string of length 1`. */
  | { readonly kind: 'unreadable'; readonly faults: readonly string[] }

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
const PING: RegistrationKey = { userId: 'health-check' }
/** A header that went wrong must not let the accounts wait for days. */
const LONGEST_WAIT_MS = 3_600_000

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
  return {
    async find(keys, signal) {
      if (keys.length > BATCH_MOST) throw new RangeError(`${keys.length} keys were asked for at once; ${BATCH_MOST} are the most.`)
      const askable = keys.filter(canBeAsked)
      const said =
        askable.length === 0 ? NOBODY : await inOurWords(() => policy.execute((limited) => ask(askable, limited, signal), signal), signal)
      // The service would not even read such a key, and so has not said that there is nothing under it.
      const answers = keys.map((one) => said.get(nameOf(one)) ?? unaskable(one))
      const faults = answers.flatMap((answer) => (answer.kind === 'unreadable' ? [`${answer.field}: ${answer.shape}`] : []))
      if (faults.length > 0) notify({ kind: 'unreadable', faults })
      return answers
    },

    async ping(signal) {
      const answers = await inOurWords(() => ask([PING], AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]), signal), signal)
      const unreadable = [...answers.values()].some(({ kind }) => kind === 'unreadable')
      if (unreadable) throw new TerminalError(statusSyncErrors.REGISTRATIONS_UNREADABLE, 'It answered a ping with something else.')
    },
  }

  /** @param signal ends the call; @param caller whoever asks: what happens once he has hung up says nothing about the service */
  async function ask(keys: readonly RegistrationKey[], signal: AbortSignal, caller: AbortSignal): Promise<Answers> {
    const numbers = [...new Set(keys.flatMap((one) => ('registrationNumber' in one ? [one.registrationNumber] : [])))]
    const users = [...new Set(keys.flatMap((one) => ('userId' in one ? [one.userId] : [])))]
    const body = { ...(numbers.length > 0 && { registrationNumbers: numbers }), ...(users.length > 0 && { userIds: users }) }
    const from = performance.now()
    const done = (outcome: CallOutcome) => notify({ kind: 'called', outcome, ms: performance.now() - from })
    try {
      const answers = readBatch({ text: await postBatch({ url, key, body, signal, fetch: send }), keys })
      done('answered')
      return answers
    } catch (error) {
      done(caller.aborted ? 'abandoned' : outcomeOf(error))
      throw error
    }
  }
}

type Answers = ReadonlyMap<string, RegistrationAnswer>
const NOBODY: Answers = new Map()

/** Errors of this package and of its policy as the port promises them. */
async function inOurWords<T>(call: () => Promise<T>, signal: AbortSignal): Promise<T> {
  try {
    return await call()
  } catch (error) {
    if (signal.aborted) throw signal.reason
    if (error instanceof BrokenCircuitError) {
      throw new TransientError(statusSyncErrors.REGISTRATIONS_UNAVAILABLE, 'It failed too often of late and is left alone for a while.')
    }
    if (error instanceof Unavailable) throw unavailable(error)
    throw error
  }
}

/** Longer than this package waits for is for the caller to wait, who can put his job away meanwhile. */
function unavailable({ message, retryAfterMs }: Unavailable): Error {
  const { REGISTRATIONS_UNAVAILABLE } = statusSyncErrors
  if (retryAfterMs === null || retryAfterMs <= LONGEST_PAUSE_MS) return new TransientError(REGISTRATIONS_UNAVAILABLE, `${message}.`)
  const forMs = Math.min(retryAfterMs, LONGEST_WAIT_MS)
  return new RetryAfterError(REGISTRATIONS_UNAVAILABLE, forMs, `${message}. It asked us to wait ${Math.ceil(forMs / 1_000)} s.`)
}

function outcomeOf(error: unknown): CallOutcome {
  if (error instanceof SystemicError) return 'refused'
  return error instanceof TerminalError ? 'unreadable' : 'unavailable'
}

function unaskable(key: RegistrationKey): RegistrationAnswer {
  const [field, value] = 'userId' in key ? ['userId', key.userId] : ['registrationNumber', key.registrationNumber]
  return { kind: 'unreadable', field, shape: `${shapeOf(value)} that cannot be asked for` }
}

function canBeAsked(key: RegistrationKey): boolean {
  return 'userId' in key ? UserId.safeParse(key.userId).success : RegistrationNumber.safeParse(key.registrationNumber).success
}
