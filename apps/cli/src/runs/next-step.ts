import type { components } from '@rollcall/client'
import { accountCreate } from '@rollcall/provisioning'
import { plain } from '../terminal/plain.ts'
import { shownDuration, shownTime } from '../terminal/times.ts'
import { cureOfClosure } from './cure-of-closure.ts'

type Run = components['schemas']['RunSummary']
type Resource = components['schemas']['Resource']

const WHOLE_FLEET = 'fleet'
/** A run that is due for so long should have been worked. */
const OVERDUE_MS = 60_000

/** What becomes of a run, and when, as sentences. Decides purely. */
export function nextStep({
  run,
  resource,
  resources,
  now,
}: {
  readonly run: Pick<Run, 'uuid' | 'process' | 'state' | 'status' | 'completion' | 'dueAt' | 'cancelRequestedAt'>
  /** What its state needs. */
  readonly resource: string | null
  /** As they stand; empty where that is not known. */
  readonly resources: readonly Resource[]
  readonly now: number
}): string[] {
  if (run.status === 'completed')
    return [run.completion === 'partial' ? `It has ended without everything that was asked${whoGoesOn(run)}.` : 'It has ended well.']
  if (run.dueAt === null) return [`Nothing happens by itself. \`pnpm rollcall replay ${run.uuid} --reason …\` starts it again.`]
  const closed = resources.filter(({ name, closed: is }) => is && (name === resource || name === WHOLE_FLEET))
  return [
    ...(closed.length > 0 ? [] : [whenOf({ state: run.state, dueAt: run.dueAt, now })]),
    ...closed.flatMap(({ name, closure }) => {
      const since = closure ? ` since ${shownTime(closure.closedAt)} (${closure.errorCode}: ${plain(closure.cause)})` : ''
      return [
        `${name === WHOLE_FLEET ? 'The whole fleet is paused' : `It waits for ${name}, which is closed`}${since}.`,
        ...(closure ? [`  → ${cureOfClosure({ resource: name, errorCode: closure.errorCode })}`] : []),
      ]
    }),
    ...(run.cancelRequestedAt === null
      ? []
      : [`Cancelling was asked for at ${shownTime(run.cancelRequestedAt)} and is honoured before the next try.`]),
  ]
}

/** An enrolment is tried on by a run of its own; what others have left undone, nobody does after them. */
function whoGoesOn({ process }: Pick<Run, 'process'>): string {
  return process === accountCreate.name ? '; another run goes on trying' : ''
}

function whenOf({ state, dueAt, now }: { state: string; dueAt: string; now: number }): string {
  const inMs = Date.parse(dueAt) - now
  if (inMs > 0) return `${state} is worked at ${shownTime(dueAt)}, in ${shownDuration(inMs)}.`
  if (inMs > -OVERDUE_MS) return `${state} is worked as soon as a worker is free.`
  return `${state} is overdue for ${shownDuration(-inMs)}. \`pnpm rollcall doctor\` looks for the reason.`
}
