import type { components } from '@rollcall/client'
import type { CliContext } from '../context.ts'
import { EXIT } from '../exit-codes.ts'
import { runbookOf } from '../runs/known-processes.ts'
import { confirm } from '../terminal/confirm.ts'
import { plain } from '../terminal/plain.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { jsonOf } from './command-parts.ts'
import { follow } from './follow.ts'

type Filter = components['schemas']['ReplayFilterInput']
type Count = components['schemas']['ReplayCount']
type Cohort = components['schemas']['ReplayView']

const ENDED = ['completed', 'failed', 'cancelled']

export interface CohortOptions {
  readonly group?: string
  readonly process?: string
  readonly state?: string
  readonly error?: string
  readonly school?: string
  readonly failedFrom?: string
  readonly failedTo?: string
  readonly from?: string
  readonly to?: string
  readonly status?: 'failed' | 'cancelled'
  readonly fromState?: string
  readonly dryRun?: true
  readonly yes?: true
  readonly follow: boolean
  readonly reason?: string
}

export function filterOf({ group, process, state, error, school, failedFrom, failedTo, from, to, status }: CohortOptions): Filter {
  return {
    ...(group && { groupUuid: group }),
    ...(process && { process }),
    ...(state && { state }),
    ...(error && { errorCode: error }),
    ...(school && { schoolId: school }),
    ...(failedFrom && { failedFrom }),
    ...(failedTo && { failedTo }),
    ...(from && { createdFrom: from }),
    ...(to && { createdTo: to }),
    ...(status && { status }),
  }
}

/** Counts, asks, orders and follows to the end. */
export async function replayCohort({
  context,
  filter,
  options,
  json,
}: {
  context: CliContext
  filter: Filter
  options: CohortOptions
  json: boolean
}): Promise<void> {
  const { terminal } = context
  const api = await context.api()
  const from = options.fromState ? { fromState: options.fromState } : {}
  const counted = countOf(await api.post('/replays', { body: { filter, ...from, dryRun: true } }))
  for (const line of countLines(counted)) json ? terminal.note(line) : terminal.print(line)
  if (options.dryRun && json) return terminal.print(jsonOf(counted))
  if (options.dryRun || counted.count === 0) return
  if (!(await confirm({ terminal, question: `Replay these ${counted.count}?`, yes: options.yes === true })))
    return terminal.note('Nothing was replayed.')
  const order = { filter, ...from, reason: options.reason ?? '', expectedCount: counted.count }
  const begun = begunOf(await api.post('/replays', { body: order }))
  if (!options.follow) return terminal.print(json ? jsonOf(begun) : `Begun: \`pnpm rollcall show ${begun.uuid}\` tells how far it is.`)
  await followCohort({ context, uuid: begun.uuid, count: begun.count, json })
}

/** Also for `show`, of a cohort that is under way. */
export async function followCohort({
  context,
  uuid,
  count,
  json,
}: {
  context: CliContext
  uuid: string
  count: number
  json: boolean
}): Promise<void> {
  const api = await context.api()
  const cohort = await follow({
    context,
    label: 'Replaying',
    total: count,
    look: (signal) => api.get('/replays/{uuid}', { params: { path: { uuid } }, signal }),
    progressOf: ({ outcomes }) => outcomes.replayed + outcomes.refused,
    isDone: ({ status }) => ENDED.includes(status),
    goOnWith: `show ${uuid}`,
  })
  if (cohort.status !== 'completed' || cohort.outcomes.refused > 0) context.end(EXIT.bad)
  if (json) return context.terminal.print(jsonOf(cohort))
  for (const line of cohortLines({ cohort, terminal: context.terminal })) context.terminal.print(line)
}

export function cohortLines({ cohort, terminal }: { cohort: Cohort; terminal: Terminal }): string[] {
  const { uuid, status, count, outcomes, refusals, replayedNow, errorCode, requestedBy, reason } = cohort
  const word = status === 'failed' ? terminal.style('red', `failed (${errorCode ?? 'no code'})`) : status
  return [
    `${terminal.style('bold', 'Cohort')} ${uuid} is ${word}, ordered by ${plain(requestedBy)}: ${plain(reason)}`,
    `  of ${count} runs: ${outcomes.replayed} replayed, ${outcomes.refused} refused, ${outcomes.pending} to come`,
    ...refusals.flatMap(({ errorCode: code, count: times }) => {
      const runbook = runbookOf(code)
      return [`  refused ${times} times: ${terminal.style('red', code)}`, ...(runbook === null ? [] : [`    → ${runbook}`])]
    }),
    `  the replayed ones today: ${Object.entries(replayedNow)
      .map(([where, times]) => `${times} ${where}`)
      .join(', ')}`,
    ...(replayedNow.live > 0 ? [`  → Some are still under way: \`pnpm rollcall show ${uuid}\` counts them again.`] : []),
  ]
}

function countLines({ count, notReplayable, ofJobs, byProcess, byState, byErrorCode, bySchool, limit }: Count): string[] {
  if (count === 0) return ['No run is like that.']
  const parts = { process: byProcess, state: byState, error: byErrorCode, school: bySchool }
  return [
    `${count} runs would be replayed${count > limit ? `, which is more than the ${limit} that one order may mean` : ''}:`,
    ...Object.entries(parts).map(
      ([name, rows]) => `  by ${name.padEnd(7)}  ${rows.map(({ value, count: times }) => `${plain(value ?? 'none')} ${times}`).join(', ')}`,
    ),
    ...(notReplayable > 0 ? [`  ${notReplayable} of them cannot begin in that state and will be refused.`] : []),
    ...(ofJobs > 0 ? [`  ${ofJobs} of them are runs of jobs, which need a key of the role admin: --process leaves them out.`] : []),
  ]
}

type Answer = Count | components['schemas']['ReplayBegun']

/** A dry run is answered with counts. @throws Error where the API breaks its word */
function countOf(answer: Answer): Count {
  if ('limit' in answer) return answer
  throw new Error('The API answered a dry run with an order.')
}

/** An order is answered with its run. @throws Error where the API breaks its word */
function begunOf(answer: Answer): components['schemas']['ReplayBegun'] {
  if ('uuid' in answer) return answer
  throw new Error('The API answered an order with counts.')
}
