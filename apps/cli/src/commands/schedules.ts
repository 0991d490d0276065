import type { ApiClient, components } from '@rollcall/client'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { CliError } from '../cli-error.ts'
import type { CliContext } from '../context.ts'
import { EXIT } from '../exit-codes.ts'
import { plain } from '../terminal/plain.ts'
import { table } from '../terminal/table.ts'
import { shownTime } from '../terminal/times.ts'
import { jsonOf, REASON, wantsJson, withExamples } from './command-parts.ts'

type Config = components['schemas']['JobConfig']
type Job = components['schemas']['Job']
type Settings = Readonly<Record<string, unknown>>

interface EditOptions {
  readonly cron?: string
  readonly timeZone?: string
  readonly set: Settings
  readonly dryRun?: string
  readonly reason: string
}

/** `schedules`: what the clock starts, when, and with which settings. */
export function addSchedulesCommands(program: Command, context: CliContext): void {
  const schedules = program.command('schedules').description('what the clock starts, when, and with which settings')
  const { terminal } = context

  const list = schedules
    .command('list')
    .description('every job, with its schedule and how its runs went')
    .action(async () => {
      const status = await (await context.api()).get('/api/cron/status')
      if (wantsJson(list)) return terminal.print(jsonOf(status))
      if (status.managerStatus === 'silent') terminal.note('No worker-sync is heard of: nothing rings the bells.')
      for (const line of table(['job', 'schedule', 'state', 'next', 'last run', 'failed', 'success, 7 d'], status.jobs.map(cellsOf)))
        terminal.print(line)
    })
  withExamples(list, 'schedules list')

  const show = schedules
    .command('show <job>')
    .description('its configuration: each value, and where it comes from')
    .action(async (job: string) => {
      const config = await configOf(await context.api(), job)
      if (wantsJson(show)) return terminal.print(jsonOf(config))
      for (const line of configLines(config)) terminal.print(line)
    })
  withExamples(show, 'schedules show userStatusSync')

  const next = schedules
    .command('next [job]')
    .description('the next five times of one job, or of all')
    .action(async (job?: string) => {
      const api = await context.api()
      const all = job === undefined ? (await api.get('/api/cron/status')).jobs : [await configOf(api, job)]
      const times = all.map(({ name, sentence, nextFireTimes }) => ({ name, sentence, nextFireTimes }))
      if (wantsJson(next)) return terminal.print(jsonOf({ jobs: times }))
      for (const one of times) for (const line of nextLines(one)) terminal.print(line)
    })
  withExamples(next, 'schedules next', 'schedules next userStatusSync')

  const enable = schedules
    .command('enable <job>')
    .description('let the clock start it; lasts')
    .option('--dry-run <uuid>', 'for accountCleanup: the dry run whose differences you have seen')
    .requiredOption(...REASON)
    .action(async (job: string, { dryRun, reason }: { dryRun?: string; reason: string }) => {
      const api = await context.api()
      const body = { reason, ...(dryRun && { dryRun }) }
      const config = await api.patch('/api/cron/{job}/enable', { params: { path: { job } }, body })
      if (wantsJson(enable)) return terminal.print(jsonOf(config))
      for (const line of [`${plain(config.name)} is enabled.`, ...nextLines(config)]) terminal.print(line)
    })
  withExamples(enable, 'schedules enable userStatusSync --reason "The registry is back."')

  const disable = schedules
    .command('disable <job>')
    .description('keep the clock from starting it; lasts. A run that is going goes on')
    .requiredOption(...REASON)
    .action(async (job: string, { reason }: { reason: string }) => {
      const api = await context.api()
      const config = await api.patch('/api/cron/{job}/disable', { params: { path: { job } }, body: { reason } })
      terminal.print(wantsJson(disable) ? jsonOf(config) : `${plain(config.name)} is disabled.`)
    })
  withExamples(disable, 'schedules disable userStatusSync --reason "The registry is being migrated."')

  const edit = schedules
    .command('edit <job>')
    .description('change when it runs, and with which settings; what an operator sets stays')
    .option('--cron <expression>', 'minute, hour, day of month, month, day of week')
    .option('--time-zone <name>', 'e.g. Europe/Sofia')
    .addOption(
      new Option('--set <name=value>', 'one of its own settings; may be given several times').argParser(collectSetting).default({}),
    )
    .option(
      '--dry-run <uuid>',
      'for accountCleanup, where olderThanDays changes or a limit is raised: the dry run whose differences you have seen',
    )
    .requiredOption(...REASON)
    .action(async (job: string, options: EditOptions) => {
      const config = await editJob(await context.api(), job, options)
      if (wantsJson(edit)) return terminal.print(jsonOf(config))
      for (const line of configLines(config)) terminal.print(line)
    })
  withExamples(
    edit,
    'schedules edit userStatusSync --cron "0 */3 * * *" --reason "Two hours are too short."',
    'schedules edit userStatusSync --set batchSize=25 --set limitPercent=10 --reason "The yearly renewal."',
  )
}

/** A number, true, false, or else a text. */
function collectSetting(text: string, before: Settings): Settings {
  const place = text.indexOf('=')
  if (place < 1) throw new InvalidArgumentError('--set takes a name and a value: --set batchSize=25.')
  const value = text.slice(place + 1)
  const isJson = /^(?:-?\d+(?:\.\d+)?|true|false)$/.test(value)
  return { ...before, [text.slice(0, place)]: isJson ? JSON.parse(value) : value }
}

async function editJob(api: ApiClient, job: string, { cron, timeZone, set, dryRun, reason }: EditOptions): Promise<Config> {
  if (cron === undefined && timeZone === undefined && Object.keys(set).length === 0)
    throw new CliError('What is to change? Give --cron, --time-zone or --set.', EXIT.usage)
  const { version } = await configOf(api, job)
  return api.patch('/api/cron/{job}', {
    params: { path: { job }, header: { 'if-match': `"${version}"` } },
    body: {
      ...(cron !== undefined && { cron }),
      ...(timeZone !== undefined && { timeZone }),
      ...(Object.keys(set).length > 0 && { settings: set }),
      ...(dryRun !== undefined && { dryRun }),
      reason,
    },
  })
}

function configOf(api: ApiClient, job: string): Promise<Config> {
  return api.get('/api/cron/{job}/config', { params: { path: { job } } })
}

function configLines(config: Config): string[] {
  const { name, description, version, updatedAt, updatedBy, settings } = config
  const rows = settings.map(({ name: setting, value, source, about }) => [plain(setting), plain(String(value)), source, plain(about)])
  return [
    `${plain(name)}: ${plain(description)}`,
    `  version ${version}, last changed by ${plain(updatedBy)} at ${shownTime(updatedAt)}`,
    ...table(['setting', 'value', 'from', ''], rows).map((line) => `  ${line}`),
    ...nextLines(config),
  ]
}

function nextLines({ name, sentence, nextFireTimes }: Pick<Job, 'name' | 'sentence' | 'nextFireTimes'>): string[] {
  if (nextFireTimes.length === 0) return [`${plain(name)} is disabled. ${plain(sentence)}`]
  return [`${plain(name)}: ${plain(sentence)}`, ...nextFireTimes.map((time) => `  ${shownTime(time)}`)]
}

function cellsOf({ name, schedule, timeZone, state, nextFireTimes, lastRun, errorCount, successRate }: Job): (string | number)[] {
  const [next] = nextFireTimes
  const rate = successRate.sevenDays
  return [
    plain(name),
    plain(`${schedule} ${timeZone}`),
    state,
    next === undefined ? '-' : shownTime(next),
    lastRun === null ? 'never' : shownTime(lastRun),
    errorCount,
    rate === null ? '-' : `${Math.floor(rate * 100)} %`,
  ]
}
