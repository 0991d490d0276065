// How often, and how insistently, the service is asked. What must always hold: only what may pass is tried again and counted by the breaker; whoever
// hangs up is neither; and while the breaker is open the service is left alone.
import { CountBreaker, circuitBreaker, DelegateBackoff, handleType, handleWhen, retry, TimeoutStrategy, timeout } from 'cockatiel'
import { Unavailable } from './unavailable.ts'

const FIRST_PAUSE_MS = 1_000
/** Also the longest that is waited because the service says so; beyond it the caller is told, who has more patience. */
export const LONGEST_PAUSE_MS = 60_000
/** Of so many calls … */
const WATCHED_CALLS = 20
/** … so many must have failed. The library wants more than a share, and we mean the half itself. */
const FAILED_SHARE = 0.5 - 1 / (2 * WATCHED_CALLS)

export interface PolicyOptions {
  /** Tries after the first. */
  readonly retries: number
  readonly timeoutMs: number
  /** How long the breaker stays open before one call may try. */
  readonly halfOpenAfterMs: number
  readonly random: () => number
  readonly onRetry: (pauseMs: number) => void
  readonly onBreaker: (state: 'open' | 'halfOpen' | 'closed') => void
}

export interface CallPolicy {
  /** Rejects with Unavailable, with BrokenCircuitError, with the caller's own reason to abort, and with whatever else `call` rejects with. */
  execute<T>(call: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T>
}

export function createPolicy({ halfOpenAfterMs, onBreaker, onRetry, random, retries, timeoutMs }: PolicyOptions): CallPolicy {
  const inTime = timeout(timeoutMs, TimeoutStrategy.Cooperative)
  const breaker = circuitBreaker(handleType(Unavailable), {
    halfOpenAfter: halfOpenAfterMs,
    breaker: new CountBreaker({ threshold: FAILED_SHARE, size: WATCHED_CALLS }),
  })
  const again = retry(handleWhen(isWorthWaitingFor), {
    maxAttempts: retries,
    backoff: new DelegateBackoff(({ attempt, result }) => {
      const asked = 'error' in result && result.error instanceof Unavailable ? (result.error.retryAfterMs ?? 0) : 0
      return Math.max(asked, fullJitter({ attempt, random: random() }))
    }),
  })

  again.onRetry(({ delay }) => onRetry(delay))
  breaker.onBreak(() => onBreaker('open'))
  breaker.onHalfOpen(() => onBreaker('halfOpen'))
  breaker.onReset(() => onBreaker('closed'))

  return {
    async execute(call, signal) {
      signal.throwIfAborted()
      const once = () => inTime.execute((context) => unlessAborted(call(context.signal), signal), signal)
      return orAborted(
        again.execute(() => breaker.execute(once, signal), signal),
        signal,
      )
    },
  }
}

/** Whoever hangs up says nothing about the service. */
async function unlessAborted<T>(answer: Promise<T>, signal: AbortSignal): Promise<T> {
  try {
    return await answer
  } catch (error) {
    throw signal.aborted ? signal.reason : error
  }
}

function isWorthWaitingFor(error: unknown): boolean {
  return error instanceof Unavailable && (error.retryAfterMs ?? 0) <= LONGEST_PAUSE_MS
}

/** Anything from nothing to an exponential pause, so that those who failed together do not come back together. @param attempt from 1 on */
export function fullJitter({ attempt, random }: { readonly attempt: number; readonly random: number }): number {
  return Math.round(random * Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (attempt - 1)))
}

/** A pause between two tries does not hear of an abort by itself. */
async function orAborted<T>(calls: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  const abort = () => reject(signal.reason)
  signal.addEventListener('abort', abort, { once: true })
  if (signal.aborted) abort()
  try {
    return await Promise.race([calls, aborted])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}
