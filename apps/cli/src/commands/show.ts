import { type ApiClient, ApiError, type components } from '@rollcall/client'
import { replayCohort } from '@rollcall/operations'
import type { Command } from 'commander'
import { CliError } from '../cli-error.ts'
import type { CliContext } from '../context.ts'
import { EXIT } from '../exit-codes.ts'
import { knownProcesses, resourceOf, runbookOf } from '../runs/known-processes.ts'
import { nextStep } from '../runs/next-step.ts'
import { withoutPerson } from '../runs/without-person.ts'
import { plain } from '../terminal/plain.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { shownDuration, shownTime } from '../terminal/times.ts'
import { jsonOf, wantsJson, withExamples } from './command-parts.ts'
import { importLines } from './import.ts'
import { cohortLines } from './replay-cohort.ts'

type Run = components['schemas']['Run']
type Event = Run['objectHistory'][number]
type Group = components['schemas']['Group']

/** `show <uuid>`: the whole story of a run; of a group, an import or a cohort how far it has come. */
export function addShowCommand(program: Command, context: CliContext): void {
  const command = program
    .command('show <uuid>')
    .description('the whole story of a run; says so where the uuid is that of a group, an import or a cohort. Exit 1: the run failed')
    .action((uuid: string) => show({ context, uuid, json: wantsJson(command) }))
  withExamples(command, 'show 0199a1f4-5c00-7000-8000-00000000a001')
}

async function show({ context, uuid, json }: { context: CliContext; uuid: string; json: boolean }): Promise<void> {
  const api = await context.api()
  const run = await unlessMissing(api.get('/azure-data-sync/{uuid}', { params: { path: { uuid } } }))
  if (!run) return showGroup({ context, api, uuid, json })
  context.end(run.status === 'failed' ? EXIT.bad : EXIT.fine)
  const { terminal } = context
  if (json) return terminal.print(jsonOf({ ...withoutPerson(run), objectHistory: run.objectHistory.map(withoutPerson) }))
  // An upstream system's key sees its own runs, but not the fleet.
  const resources = (await unlessRefused(api.get('/resources')))?.resources ?? []
  const next = nextStep({ run, resource: resourceOf(run), resources, now: context.now() })
  const cohort = run.process === replayCohort.name ? await unlessRefused(api.get('/replays/{uuid}', { params: { path: { uuid } } })) : null
  const sections = [
    headOf({ run, terminal, now: context.now() }),
    cohort ? cohortLines({ cohort, terminal }) : [],
    historyOf({ run, terminal }),
    next,
  ]
  const shown = sections.filter((lines) => lines.length > 0)
  say({ terminal, lines: shown.flatMap((lines, index) => (index === 0 ? lines : ['', ...lines])) })
}

function headOf({ run, terminal, now }: { run: Run; terminal: Terminal; now: number }): string[] {
  const { uuid, process, type, state, status, completion, version, attempt, stateSince, dueAt } = run
  const { requestedBy, createdAt, groupUuid, schoolId } = run
  const word = status === 'failed' ? terminal.style('red', status) : completion === 'partial' ? terminal.style('yellow', 'partial') : status
  const since = shownDuration(Math.max(0, now - Date.parse(stateSince)))
  const where = dueAt === null ? `${word} ${since} ago` : `${word} in ${state} for ${since}`
  const known = knownProcesses.some(({ name }) => name === process)
  return [
    `${terminal.style('bold', process)} ${type} ${uuid}`,
    `  ${where}, version ${version}${attempt > 0 ? `, ${attempt} failed tries here` : ''}`,
    `  asked for by ${plain(requestedBy)} at ${shownTime(createdAt)}${schoolId ? `, school ${plain(schoolId)}` : ''}, group ${groupUuid}`,
    ...(known ? [] : [`  (this release has no process ${process})`]),
  ]
}

function historyOf({ run, terminal }: { run: Run; terminal: Terminal }): string[] {
  if (run.objectHistory.length === 0) return ['Nothing has happened yet.']
  const explained = new Set<string>()
  return run.objectHistory.flatMap((event) => {
    const { errorCode, errorMessage } = event
    const runbook = errorCode === null || explained.has(errorCode) ? null : runbookOf(errorCode)
    if (errorCode !== null) explained.add(errorCode)
    return [
      lineOf({ event, terminal }),
      ...(errorCode === null ? [] : [`    ${terminal.style('red', errorCode)}${errorMessage ? `  ${plain(errorMessage)}` : ''}`]),
      ...(runbook === null ? [] : [`    → ${runbook}`]),
    ]
  })
}

function lineOf({ event, terminal }: { event: Event; terminal: Terminal }): string {
  const { createdAt, state, operationType, status, attempt, durationMs, count } = event
  const took = durationMs === null ? '' : `took ${shownDuration(durationMs)}`
  const word = status === 'failed' ? terminal.style('red', 'failed') : status === 'success' ? terminal.style('green', 'success') : status
  const details = [
    operationType === state ? '' : operationType,
    status === 'failed' || attempt > 0 ? `try ${attempt + 1}` : '',
    count === null ? '' : `${count} looks`,
    took,
  ].filter((text) => text !== '')
  return `${shownTime(createdAt)}  ${state.padEnd(22)}  ${word}${details.length > 0 ? `  (${details.join(', ')})` : ''}`
}

async function showGroup({
  context,
  api,
  uuid,
  json,
}: {
  context: CliContext
  api: ApiClient
  uuid: string
  json: boolean
}): Promise<void> {
  const { terminal } = context
  const found = await unlessMissing(api.get('/imports/{id}', { params: { path: { id: uuid } } }))
  if (found) return say({ terminal, lines: json ? [jsonOf(found)] : [...importLines(found), listedBy(uuid)] })
  const group = await unlessMissing(api.get('/groups/{groupUuid}', { params: { path: { groupUuid: uuid } } }))
  if (group) return say({ terminal, lines: json ? [jsonOf(group)] : [...groupLines(group), listedBy(uuid)] })
  throw new CliError(`Nothing here has the uuid ${uuid}: no run, group, import or cohort.`)
}

function say({ terminal, lines }: { terminal: Terminal; lines: readonly string[] }): void {
  for (const line of lines) terminal.print(line)
}

function listedBy(groupUuid: string): string {
  return `\`pnpm rollcall list --group ${groupUuid}\` lists its runs.`
}

function groupLines({ groupUuid, total, counts }: Group): string[] {
  return [
    `${groupUuid} is no run but a group: ${total} runs that one request began.`,
    ...counts.map(({ count, state, status, completion }) => `  ${String(count).padStart(6)}  ${state} (${completion ?? status})`),
  ]
}

/** Null where the API has no such thing. */
function unlessMissing<Found>(asked: Promise<Found>): Promise<Found | null> {
  return unless(404, asked)
}

/** Null where this key may not look at it. */
function unlessRefused<Found>(asked: Promise<Found>): Promise<Found | null> {
  return unless(403, asked)
}

async function unless<Found>(status: number, asked: Promise<Found>): Promise<Found | null> {
  try {
    return await asked
  } catch (error) {
    if (error instanceof ApiError && error.status === status) return null
    throw error
  }
}
