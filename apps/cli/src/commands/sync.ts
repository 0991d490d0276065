import type { components } from '@rollcall/client'
import { wholeNumber } from '@rollcall/platform/options'
import { type Command, Option } from 'commander'
import type { CliContext } from '../context.ts'
import { EXIT } from '../exit-codes.ts'
import { plain } from '../terminal/plain.ts'
import { table } from '../terminal/table.ts'
import { shownAge, shownTime } from '../terminal/times.ts'
import { jsonOf, REASON, wantsJson, withExamples } from './command-parts.ts'
import { addSyncItemsCommand } from './sync-items.ts'
import { runLines, runWord } from './sync-run-lines.ts'

type Summary = components['schemas']['JobRunSummary']
type Page = components['schemas']['JobRunList']

const PER_PAGE = 100
const NOT_ASKED =
  'No health check has come to an answer of late: is worker-sync alive? `pnpm rollcall sync trigger healthCheck --reason …` asks now.'
const UUID = '0199a1f4-5c00-7000-8000-00000000a001'

interface RunsOptions {
  readonly job?: string
  readonly limit: number
  readonly all?: true
}

/** `sync`: the runs of the jobs, by which accounts follow their registrations. */
export function addSyncCommands(program: Command, context: CliContext): void {
  const sync = program.command('sync').description('the runs by which accounts follow their registrations')
  const { terminal } = context

  const trigger = sync
    .command('trigger <job>')
    .description('start a job now. Exit 1: a run of it is going already')
    .option('--dry-run', 'decide on every account and change none')
    .requiredOption(...REASON)
    .action(async (job: string, { dryRun = false, reason }: { dryRun?: boolean; reason: string }) => {
      const api = await context.api()
      const begun = await api.post('/api/cron/{job}/trigger', { params: { path: { job } }, body: { reason, dryRun } })
      if (wantsJson(trigger)) return terminal.print(jsonOf(begun))
      terminal.print(`${begun.uuid} has begun${begun.dryRun ? ', and changes nothing' : ''}: \`pnpm rollcall sync show ${begun.uuid}\`.`)
    })
  withExamples(trigger, 'sync trigger userStatusSync --dry-run --reason "Before the new rules."')

  const status = sync
    .command('status')
    .description('where every job stands, and whether all is there that they need. Exit 1: something is not, or was not asked')
    .action(async () => {
      const api = await context.api()
      const [{ jobs, managerStatus }, health] = await Promise.all([api.get('/api/cron/status'), api.get('/api/cron/health')])
      if (health.status !== 'healthy') context.end(EXIT.bad)
      if (wantsJson(status)) return terminal.print(jsonOf({ managerStatus, jobs, health }))
      const rows = jobs.map(({ name, state, runUuid, paused, lastResult }) => [
        ...[plain(name), state, runUuid ?? '-', paused ? `${plain(paused.code)} for ${shownAge(paused.since, context.now())}` : ''],
        lastResult === null ? '' : lastResult.success ? 'succeeded' : (lastResult.errorCode ?? 'not all done'),
      ])
      for (const line of table(['job', 'state', 'run', 'rests', 'last result'], rows)) terminal.print(line)
      const { sql, redis, workers, registrations } = health
      terminal.print(
        `${plain(health.status)}: SQL ${sql.status}, Redis ${redis.status}, workers ${workers.status}, registration service ${registrations.status}`,
      )
      if (registrations.status === 'unknown' && registrations.isWatched) terminal.print(NOT_ASKED)
      if (!registrations.isWatched) terminal.print('healthCheck is disabled: nobody watches whether the registration service answers.')
    })
  withExamples(status, 'sync status')

  const runs = sync
    .command('runs')
    .description('the runs of the jobs, newest first')
    .option('--job <name>', 'of this job, e.g. userStatusSync')
    .addOption(new Option('--limit <n>', 'at most so many').argParser(wholeNumber({ name: '--limit', min: 1, max: 1_000_000 })).default(20))
    .option('--all', 'every one, however many')
    .action((options: RunsOptions) => listRuns({ context, options, json: wantsJson(runs) }))
  withExamples(runs, 'sync runs --job userStatusSync')

  const show = sync
    .command('show <uuid>')
    .description('a run: what it has come to, with which configuration, and its history. Exit 1: it failed')
    .action(async (uuid: string) => {
      const run = await (await context.api()).get('/api/cron/runs/{uuid}', { params: { path: { uuid } } })
      context.end(run.stands === 'failed' ? EXIT.bad : EXIT.fine)
      if (wantsJson(show)) return terminal.print(jsonOf(run))
      for (const line of runLines({ run, terminal, now: context.now() })) terminal.print(line)
    })
  withExamples(show, `sync show ${UUID}`)

  addSyncItemsCommand(sync, context)
  addOrderCommands(sync, context)
}

const ORDERS = {
  approve: 'let a run apply its changes although they are more than its limits allow; look at its items first',
  refuse: 'end a run that waits for an approval; it changes nothing',
  pause: 'let a run rest behind its next batch, with its cursor',
  resume: 'let a run go on that rests, or was asked to',
  cancel: 'end a run behind its next batch; what was applied stays applied',
} as const

/** Those that answer what a run waits for: it may wait for the same again by the time that they arrive. */
const ANSWERS = ['approve', 'refuse', 'resume'] as const
type Answer = (typeof ANSWERS)[number]

interface AnswerOptions {
  readonly seen?: number
  readonly reason: string
}

function addOrderCommands(sync: Command, context: CliContext): void {
  const said = (command: Command, run: Summary) =>
    context.terminal.print(
      wantsJson(command)
        ? jsonOf(run)
        : `${run.uuid} (${plain(run.job)}): ordered. It is ${runWord(run.stands)} still, until a worker takes that up.`,
    )
  for (const [verb, description] of Object.entries(ORDERS) as [keyof typeof ORDERS, string][]) {
    const command = sync
      .command(`${verb} <uuid>`)
      .description(description)
      .requiredOption(...REASON)
    if (isAnswer(verb)) {
      command
        .option('--seen <version>', SEEN, wholeNumber({ name: '--seen', min: 1, max: 2 ** 31 - 1 }))
        .action(async (uuid: string, { reason, seen }: AnswerOptions) => {
          const api = await context.api()
          const params = { path: { uuid } }
          const expectedVersion = seen ?? (await api.get('/api/cron/runs/{uuid}', { params })).version
          said(command, await api.post(`/api/cron/runs/{uuid}/${verb}`, { params, body: { reason, expectedVersion } }))
        })
    } else {
      command.action(async (uuid: string, { reason }: { reason: string }) => {
        const api = await context.api()
        said(command, await api.post(`/api/cron/runs/{uuid}/${verb}`, { params: { path: { uuid } }, body: { reason } }))
      })
    }
    withExamples(command, `sync ${verb} ${UUID}${isAnswer(verb) ? ' --seen 7' : ''} --reason "The register’s new rules."`)
  }
}

const SEEN = 'the version that `sync show` told; of a run that has moved on since, the order is refused. Without it: as it stands now'

function isAnswer(verb: keyof typeof ORDERS): verb is Answer {
  return ANSWERS.some((answer) => answer === verb)
}

async function listRuns({ context, options, json }: { context: CliContext; options: RunsOptions; json: boolean }): Promise<void> {
  const { terminal } = context
  const api = await context.api()
  const most = options.all ? Number.POSITIVE_INFINITY : options.limit
  const runs: Summary[] = []
  let cursor: string | null = null
  do {
    const limit = Math.min(PER_PAGE, most - runs.length)
    const query = { limit, ...(options.job && { job: options.job }), ...(cursor !== null && { cursor }) }
    const page: Page = await api.get('/api/cron/runs', { params: { query }, signal: context.interrupted })
    runs.push(...page.runs)
    cursor = page.nextCursor
  } while (cursor !== null && runs.length < most)
  if (json) return terminal.print(jsonOf({ runs, nextCursor: cursor }))
  if (runs.length === 0) return terminal.note('No run is like that.')
  for (const line of table(['uuid', 'job', 'began', 'stands', 'looked at', 'to change', 'applied', 'error'], runs.map(cellsOf)))
    terminal.print(line)
  if (cursor !== null) terminal.note(`There are more than ${runs.length}: raise --limit, or ask for --all.`)
}

function cellsOf({ uuid, job, startedAt, stands, dryRun, counters, errorCode }: Summary): (string | number)[] {
  const word = `${runWord(stands)}${dryRun ? ' (dry run)' : ''}`
  const { scanned = '', toChange = '', applied = '' } = counters ?? {}
  return [uuid, plain(job), shownTime(startedAt), word, scanned, toChange, applied, plain(errorCode ?? '')]
}
