// What the compiler cannot see in a process table is checked here, when its module loads: a table that passes can neither strand a run, nor
// keep one waiting without end, nor name a queue that Redis would refuse.
import { type Duration, durationMs } from './duration.ts'
import type { PollPolicy, RetryPolicy } from './policy.ts'
import { forwardTargetsOf, type ProcessDefinition, reachableFrom, type SignalWait, type StateRow, targetsOf } from './process-table.ts'
import { FLEET } from './resources.ts'

/** `setTimeout` cannot count further than 2^31 ms; a try that takes a day is no try. */
const MAX_TIMEOUT_MS = 86_400_000
const MAX_NAME_LENGTH = 60
/** What a state says about work that it does; one that waits for a signal does none. */
export const NOT_WITH_SIGNAL = ['poll', 'retry', 'resource', 'tokens', 'timeout'] as const satisfies readonly (keyof StateRow)[]

/** @throws Error naming the process, the state and what is wrong with it */
export function assertSoundTable(process: ProcessDefinition): void {
  assertNames(process)
  assertReachable(process)
  assertCancelPathsApart(process)
  assertSignals(process)
  for (const [state, row] of Object.entries(process.states)) {
    const fault = faultOf(row)
    if (fault !== null) throw new Error(`Process ${process.name}, state ${state}: ${fault}`)
  }
}

/** Both words become the name of a queue, and of its keys in Redis. */
function assertNames({ name, states, renamed = {} }: ProcessDefinition): void {
  if (!/^[a-z][a-z0-9-]*$/.test(name) || name.length > MAX_NAME_LENGTH)
    throw new Error(`"${name}" cannot name a process; expected kebab-case of at most ${MAX_NAME_LENGTH} characters.`)
  for (const state of Object.keys(states)) {
    if (!/^[A-Z][A-Z0-9_]*$/.test(state) || state.length > MAX_NAME_LENGTH)
      throw new Error(`Process ${name}: "${state}" cannot name a state; expected UPPER_SNAKE of at most ${MAX_NAME_LENGTH} characters.`)
    if (Object.hasOwn(renamed, state))
      throw new Error(`Process ${name}: ${state} is a state of today, so it cannot be a name of earlier days.`)
  }
  const lost = Object.entries(renamed).find(([, today]) => !Object.hasOwn(states, today))
  if (lost) throw new Error(`Process ${name}: ${lost[0]} was renamed to ${lost[1]}, which is no state.`)
}

function assertReachable(process: ProcessDefinition): void {
  const reached = reachableFrom(process, [process.start], targetsOf)
  const stranded = Object.keys(process.states).filter((state) => !reached.has(state))
  if (stranded.length > 0) throw new Error(`Process ${process.name}: no path leads to ${stranded.join(', ')}.`)
}

/**
 * A request to cancel stays on the run, and is honoured in every state that runs also reach without it. A state that undoes things for both
 * would be cancelled before it had undone anything.
 */
function assertCancelPathsApart(process: ProcessDefinition): void {
  const forward = reachableFrom(process, [process.start], forwardTargetsOf)
  const afterCancelling = reachableFrom(
    process,
    Object.values(process.states).map((row) => row.cancelled),
    forwardTargetsOf,
  )
  const shared = [...afterCancelling].filter((state) => forward.has(state))
  if (shared.length > 0)
    throw new Error(`Process ${process.name}: ${shared.join(', ')} can be reached by cancelling and without it; make two states of it.`)
}

function assertSignals({ name, start, states }: ProcessDefinition): void {
  if (states[start]?.signal)
    throw new Error(`Process ${name}: it begins by waiting for a signal in ${start}; begin with a state that works.`)
  const waiting = Object.entries(states).flatMap(([state, { signal }]) => (signal ? [{ state, ...signal }] : []))
  for (const { state, name: signal, early } of waiting) {
    const other = waiting.find((one) => one.name === signal && one.state !== state)
    // It would be kept for whichever of them the run comes to, whose answers may be others.
    if (early && other)
      throw new Error(
        `Process ${name}: ${state} and ${other.state} wait for the signal ${signal}, so it cannot come early; name them apart.`,
      )
  }
}

function faultOf(row: StateRow): string | null {
  if (row.resource === FLEET) return `every state needs the resource "${FLEET}"; no row names it.`
  const { next, partial = [], poll, retry, signal, timeout, worker } = row
  if (Object.keys(next).length === 0) return 'no outcome leads anywhere.'
  const elsewhere = partial.find((outcome) => next[outcome] !== 'COMPLETED')
  if (elsewhere !== undefined) return `the partial outcome ${elsewhere} does not lead to COMPLETED.`
  if (signal) return signalFault(row, signal)
  if (worker === 'poll' && !poll) return 'a state of the worker poll needs a poll policy.'
  return (timeout && timeoutFault(timeout)) ?? (poll && pollFault(poll)) ?? (retry && retryFault(retry)) ?? null
}

/** The name and the outcomes become columns of the signals that are sent. */
function signalFault(row: StateRow, { name, deadline }: SignalWait): string | null {
  if (!/^[a-z][a-zA-Z0-9-]*$/.test(name) || name.length > MAX_NAME_LENGTH)
    return `"${name}" cannot name a signal; expected kebab or camel case of at most ${MAX_NAME_LENGTH} characters.`
  const beside = NOT_WITH_SIGNAL.find((key) => row[key] !== undefined)
  if (beside) return `it waits for a signal, so it has no ${beside}.`
  const long = Object.keys(row.next).find((outcome) => outcome.length > MAX_NAME_LENGTH)
  if (long) return `the outcome ${long} of a signal may have ${MAX_NAME_LENGTH} characters.`
  return durationFault('deadline', deadline)
}

function timeoutFault(timeout: Duration): string | null {
  const fault = durationFault('timeout', timeout)
  return fault ?? (durationMs(timeout) > MAX_TIMEOUT_MS ? `a try may take 24h at most, not ${timeout}.` : null)
}

function pollFault(poll: PollPolicy): string | null {
  const fault = durationFault('giveUpAfter', poll.giveUpAfter)
  if ('pauses' in poll) return poll.pauses.reduce((found, pause) => found ?? durationFault('a pause', pause), fault)
  return fault ?? pausesFault(poll)
}

function retryFault(retry: RetryPolicy): string | null {
  const { attempts, factor = 2 } = retry
  if (!Number.isInteger(attempts) || attempts < 1) return `${attempts} is no number of tries; expected 1 or more.`
  return pausesFault({ ...retry, factor })
}

function pausesFault({ first, max, factor }: { readonly first: Duration; readonly max: Duration; readonly factor: number }): string | null {
  // Shrinking pauses add up to a finite time, in which infinitely many looks would fit.
  if (!(factor >= 1)) return `the factor ${factor} would shrink the pauses; expected 1 or more.`
  return durationFault('first', first) ?? durationFault('max', max)
}

function durationFault(what: string, duration: Duration): string | null {
  try {
    return durationMs(duration) > 0 ? null : `${what} is ${duration}; expected more than nothing.`
  } catch (error) {
    if (error instanceof RangeError) return `${what}: ${error.message}`
    throw error
  }
}
