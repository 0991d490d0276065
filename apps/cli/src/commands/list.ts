import type { components } from '@rollcall/client'
import { RUN_STATUSES } from '@rollcall/engine'
import { wholeNumber } from '@rollcall/platform/options'
import { type Command, Option } from 'commander'
import type { CliContext } from '../context.ts'
import { withoutPerson } from '../runs/without-person.ts'
import { plain } from '../terminal/plain.ts'
import { table } from '../terminal/table.ts'
import { shownAge } from '../terminal/times.ts'
import { jsonOf, wantsJson, withExamples } from './command-parts.ts'

type Run = components['schemas']['RunSummary']
type Page = components['schemas']['RunList']

const PER_PAGE = 200
const STANDARD_LIMIT = 50

interface ListOptions {
  readonly process?: string
  readonly state?: string
  readonly status?: (typeof RUN_STATUSES)[number]
  readonly group?: string
  readonly person?: string
  readonly school?: string
  readonly error?: string
  readonly from?: string
  readonly to?: string
  readonly archived?: true
  readonly limit: number
  readonly all?: true
}

/** `list`: runs by filter, newest first. */
export function addListCommand(program: Command, context: CliContext): void {
  const command = program
    .command('list')
    .description('runs, newest first; every filter narrows')
    .option('--process <name>', 'e.g. account-create')
    .option('--state <STATE>', 'e.g. POLL_USER_CREATE')
    .addOption(new Option('--status <status>', 'the coarse life of a run').choices([...RUN_STATUSES]))
    .option('--group <uuid>', 'what one request or import began')
    .option('--person <id>', 'of this person')
    .option('--school <id>', 'of this school')
    .option('--error <CODE>', 'with this error code')
    .option('--from <time>', 'created from this time on, e.g. 2026-09-01T00:00:00Z')
    .option('--to <time>', 'created before this time')
    .addOption(
      new Option('--limit <n>', 'at most so many')
        .argParser(wholeNumber({ name: '--limit', min: 1, max: 1_000_000 }))
        .default(STANDARD_LIMIT),
    )
    .option('--archived', 'those that the archive keeps; by --person, --school, --group, --from and --to only')
    .option('--all', 'every one, however many')
    .action((options: ListOptions) => list({ context, options, json: wantsJson(command) }))
  withExamples(command, 'list --status failed --error DIRECTORY_REFUSED_DATA', 'list --school 2902418 --all --json')
}

async function list({ context, options, json }: { context: CliContext; options: ListOptions; json: boolean }): Promise<void> {
  const { terminal, now } = context
  const api = await context.api()
  const most = options.all ? Number.POSITIVE_INFINITY : options.limit
  const runs: Run[] = []
  let cursor: string | null = null
  do {
    const limit = Math.min(PER_PAGE, most - runs.length)
    const query = { ...filterOf(options), limit, ...(cursor !== null && { cursor }) }
    const page: Page = await api.get('/azure-data-sync', { params: { query }, signal: context.interrupted })
    runs.push(...page.runs)
    cursor = page.nextCursor
  } while (cursor !== null && runs.length < most)
  if (json) return terminal.print(jsonOf({ runs: runs.map(withoutPerson), nextCursor: cursor }))
  if (runs.length === 0) return terminal.note('No run is like that.')
  for (const line of table(
    ['uuid', 'process', 'state', 'status', 'in state for', 'tries', 'school', 'error'],
    runs.map((run) => cellsOf(run, now())),
  ))
    terminal.print(line)
  if (cursor !== null) terminal.note(`There are more than ${runs.length}: raise --limit, or ask for --all.`)
}

function filterOf({ process, state, status, group, person, school, error, from, to, archived }: ListOptions) {
  return {
    ...(process && { process }),
    ...(state && { state }),
    ...(status && { status }),
    ...(group && { groupUuid: group }),
    ...(person && { personId: person }),
    ...(school && { schoolId: school }),
    ...(error && { errorCode: error }),
    ...(from && { createdFrom: from }),
    ...(to && { createdTo: to }),
    ...(archived && { archived }),
  }
}

function cellsOf(run: Run, now: number): (string | number)[] {
  const { uuid, process, state, status, completion, stateSince, attempt, schoolId, errorCode } = run
  const word = completion === 'partial' ? 'partial' : status
  return [uuid, process, state, word, shownAge(stateSince, now), attempt, plain(schoolId ?? '-'), errorCode ?? '']
}
