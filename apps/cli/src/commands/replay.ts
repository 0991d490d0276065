import { readFile } from 'node:fs/promises'
import { type Command, Option } from 'commander'
import { CliError } from '../cli-error.ts'
import type { CliContext } from '../context.ts'
import { EXIT } from '../exit-codes.ts'
import { withoutPerson } from '../runs/without-person.ts'
import { confirm } from '../terminal/confirm.ts'
import { shownAge } from '../terminal/times.ts'
import { jsonOf, REASON, wantsJson, withExamples } from './command-parts.ts'
import { type CohortOptions, filterOf, replayCohort } from './replay-cohort.ts'

export interface ReplayOptions extends CohortOptions {
  readonly input?: string
}

/** `replay`: one failed run, or all that a filter names. Counts first, asks, then acts. */
export function addReplayCommand(program: Command, context: CliContext): void {
  const command = program
    .command('replay [uuid]')
    .description('start failed runs again: one, a group, or all that a filter names. Counts first and asks. Exit 1: some were refused')
    .option('--group <uuid>', 'what one request or import began')
    .option('--process <name>', 'e.g. account-create')
    .option('--state <STATE>', 'the state in which they failed')
    .option('--error <CODE>', 'with this error code')
    .option('--school <id>', 'of this school')
    .option('--failed-from <time>', 'failed from this time on, e.g. 2026-09-01T00:00:00Z')
    .option('--failed-to <time>', 'failed before this time')
    .option('--from <time>', 'created from this time on')
    .option('--to <time>', 'created before this time')
    .addOption(new Option('--status <status>', 'replay cancelled ones instead').choices(['failed', 'cancelled']))
    .option('--from-state <STATE>', 'an earlier state that the process allows; left out: where it failed')
    .option('--input <file>', 'for one run: a JSON file of corrected fields of its input')
    .addOption(new Option('--dry-run', 'only count').conflicts('yes'))
    .option('-y, --yes', 'do not ask')
    .option('--no-follow', 'do not wait for the end')
    .option(...REASON)
    .action((uuid: string | undefined, options: ReplayOptions) => replay({ context, uuid, options, json: wantsJson(command) }))
  withExamples(
    command,
    'replay 0199a1f4-5c00-7000-8000-00000000a001 --reason "The school has been created."',
    'replay --error SCHOOL_NOT_IN_DIRECTORY --school 2902418 --reason "The school has been created."',
    'replay --error DIRECTORY_UNEXPECTED --failed-from 2026-09-01T00:00:00Z --dry-run',
  )
}

async function replay({
  context,
  uuid,
  options,
  json,
}: {
  context: CliContext
  uuid: string | undefined
  options: ReplayOptions
  json: boolean
}): Promise<void> {
  const filter = filterOf(options)
  const isFiltered = Object.keys(filter).some((name) => name !== 'status')
  if ((uuid !== undefined) === isFiltered)
    throw new CliError(
      'Which runs? Name one by its uuid, or several by --group, --process, --state, --error, --school or a time.',
      EXIT.usage,
    )
  if (options.reason === undefined && !options.dryRun) throw new CliError("required option '--reason <text>' not specified", EXIT.usage)
  if (uuid === undefined) {
    if (options.input !== undefined) throw new CliError('--input corrects one run: name it by its uuid.', EXIT.usage)
    return replayCohort({ context, filter, options, json })
  }
  return replayOne({ context, uuid, options, json })
}

async function replayOne({
  context,
  uuid,
  options,
  json,
}: {
  context: CliContext
  uuid: string
  options: ReplayOptions
  json: boolean
}): Promise<void> {
  const { terminal, now } = context
  const api = await context.api()
  const path = { uuid }
  const input = options.input === undefined ? null : await correctedFields(options.input)
  const before = await api.get('/azure-data-sync/{uuid}', { params: { path } })
  const { process, status, errorCode, stateSince } = before
  terminal.note(`${process} ${uuid}: ${status} ${shownAge(stateSince, now())} ago${errorCode ? ` (${errorCode})` : ''}.`)
  if (options.dryRun)
    return terminal.print(json ? jsonOf(withoutPerson({ ...before, objectHistory: undefined })) : 'One run would be replayed.')
  if (!(await confirm({ terminal, question: 'Replay it?', yes: options.yes === true }))) return terminal.note('Nothing was replayed.')
  const body = { reason: options.reason ?? '', ...(options.fromState && { fromState: options.fromState }), ...(input && { input }) }
  const run = await api.post('/azure-data-sync/{uuid}/replay', { params: { path }, body })
  if (json) return terminal.print(jsonOf(withoutPerson(run)))
  terminal.print(`${uuid} is on its way again, from ${run.state}. \`pnpm rollcall show ${uuid}\` tells how it goes.`)
}

async function correctedFields(file: string): Promise<Record<string, unknown>> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new CliError(`${file} cannot be read (${error.code}).`, EXIT.usage)
  })
  try {
    const parsed: unknown = JSON.parse(text)
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return { ...parsed }
  } catch {
    // Said below, without quoting the file: it may hold somebody's name.
  }
  throw new CliError(`${file} holds no JSON object of corrected fields, such as {"schoolId":"2902418"}.`, EXIT.usage)
}
