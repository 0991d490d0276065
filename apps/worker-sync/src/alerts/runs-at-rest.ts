// The runs that stand still until a person says something: the table says what they wait for, the samples what to say.
import type { Sample } from '@rollcall/alerts'
import { durationMs, type EpochMs, type ProcessDefinition, type Run, type RunQueries, stateToday } from '@rollcall/engine'
import { z } from 'zod'

/** What a run that would change too much has found. */
const Held = z.object({ DECIDE: z.object({ overruns: z.array(z.object({ direction: z.string(), changes: z.int(), limit: z.int() })) }) })
/** The name of a signal by which a person approves or refuses. */
const APPROVAL = 'approval'
/** There is at most one at rest per process and subject. */
const MOST_AT_REST = 100

interface AtRest {
  readonly run: Run
  readonly signal: { readonly name: string; readonly deadline: Parameters<typeof durationMs>[0] }
}

export interface RunsAtRest {
  /** Those that wait until they are approved or refused: one sample per process. */
  readonly awaitingApproval: () => Promise<Sample[]>
  /** Those that were paused: one sample per process, with the seconds of the oldest. */
  readonly paused: () => Promise<Sample[]>
}

export function createRunsAtRest({
  queries,
  processes,
  now,
}: {
  readonly queries: Pick<RunQueries, 'list'>
  readonly processes: readonly ProcessDefinition[]
  readonly now: () => EpochMs
}): RunsAtRest {
  return {
    async awaitingApproval() {
      const waiting = (await atRest()).filter(({ signal }) => signal.name === APPROVAL)
      return oldestOfEach(waiting).map((one) => ({ subject: one.run.process, value: 1, note: approvalNote(one) }))
    },

    async paused() {
      const paused = (await atRest()).filter(({ signal }) => signal.name !== APPROVAL)
      return oldestOfEach(paused).map((one) => ({
        subject: one.run.process,
        value: Math.max(0, now() - one.run.stateSince) / 1_000,
        note: `\`rollcall sync resume ${one.run.uuid} --reason …\` lets it go on; without that it fails at ${deadlineOf(one)}.`,
      }))
    },
  }

  async function atRest(): Promise<AtRest[]> {
    const { runs } = await queries.list({ status: 'waiting' }, { after: null, limit: MOST_AT_REST })
    return runs.flatMap((run) => {
      const process = processes.find(({ name }) => name === run.process)
      const state = process && stateToday(process, run.state)
      const signal = state ? process?.states[state]?.signal : undefined
      return signal ? [{ run, signal }] : []
    })
  }
}

/** The run that has rested longest says what there is to say of its process. */
function oldestOfEach(resting: readonly AtRest[]): AtRest[] {
  const oldestFirst = resting.toSorted((a, b) => a.run.stateSince - b.run.stateSince)
  return oldestFirst.filter(({ run }, index) => oldestFirst.findIndex((other) => other.run.process === run.process) === index)
}

function approvalNote(held: AtRest): string {
  const { uuid, result } = held.run
  const overruns = Held.safeParse(result).data?.DECIDE.overruns ?? []
  const beyond = overruns.map(({ direction, changes, limit }) => `${changes} changes ${direction}, ${changes - limit} beyond the limit`)
  return [
    ...(beyond.length > 0 ? [`It would make ${beyond.join('; ')}.`] : []),
    `\`rollcall sync items ${uuid}\` shows them; \`rollcall sync approve ${uuid} --reason …\`, or \`refuse\`, decides.`,
    `Without that it fails at ${deadlineOf(held)}.`,
  ].join(' ')
}

function deadlineOf({ run, signal }: AtRest): string {
  return new Date(run.stateSince + durationMs(signal.deadline)).toISOString()
}
