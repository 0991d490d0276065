import { ALERT_RULE_NAMES } from '@rollcall/alerts'
import type { components } from '@rollcall/client'
import { wholeNumber } from '@rollcall/platform/options'
import { type Command, Option } from 'commander'
import type { CliContext } from '../context.ts'
import { plain } from '../terminal/plain.ts'
import { table } from '../terminal/table.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { shownAge, shownTime } from '../terminal/times.ts'
import { jsonOf, wantsJson, withExamples } from './command-parts.ts'

type Alert = components['schemas']['Alert']
type Page = components['schemas']['AlertList']

const PER_PAGE = 200

interface AlertsOptions {
  readonly state: 'open' | 'resolved' | 'any'
  readonly rule?: string
  readonly limit: number
  readonly all?: true
}

/** `alerts`: what a person must look at, or had to. */
export function addAlertsCommand(program: Command, context: CliContext): void {
  const command = program
    .command('alerts')
    .description('what a person must look at, newest first; docs/alerts.md says what to do about each rule')
    .addOption(new Option('--state <state>', 'whether they stand').choices(['open', 'resolved', 'any']).default('open'))
    .addOption(new Option('--rule <name>', 'of this rule').choices(ALERT_RULE_NAMES))
    .addOption(new Option('--limit <n>', 'at most so many').argParser(wholeNumber({ name: '--limit', min: 1, max: 1_000_000 })).default(50))
    .option('--all', 'every one, however many')
    .action((options: AlertsOptions) => listAlerts({ context, options, json: wantsJson(command) }))
  withExamples(command, 'alerts', 'alerts --state resolved --rule backlog')
}

async function listAlerts({ context, options, json }: { context: CliContext; options: AlertsOptions; json: boolean }): Promise<void> {
  const { terminal, now } = context
  const { state, rule } = options
  const api = await context.api()
  const most = options.all ? Number.POSITIVE_INFINITY : options.limit
  const alerts: Alert[] = []
  let cursor: string | null = null
  do {
    const limit = Math.min(PER_PAGE, most - alerts.length)
    const query = { limit, ...(state !== 'any' && { state }), ...(rule && { rule }), ...(cursor !== null && { cursor }) }
    const page: Page = await api.get('/alerts', { params: { query }, signal: context.interrupted })
    alerts.push(...page.alerts)
    cursor = page.nextCursor
  } while (cursor !== null && alerts.length < most)
  if (json) return terminal.print(jsonOf({ alerts, nextCursor: cursor }))
  if (alerts.length === 0) return terminal.note(state === 'open' ? 'No alert is open.' : 'There is no such alert.')
  for (const line of table(
    ['since', 'severity', 'rule', 'about', 'over', 'what'],
    alerts.map((alert) => cellsOf({ alert, terminal, now: now() })),
  ))
    terminal.print(line)
  if (cursor !== null) terminal.note(`There are more than ${alerts.length}: raise --limit, or ask for --all.`)
}

function cellsOf({ alert, terminal, now }: { readonly alert: Alert; readonly terminal: Terminal; readonly now: number }): string[] {
  const { startedAt, severity, rule, subject, resolvedAt, summary } = alert
  const isUrgent = severity === 'critical' && resolvedAt === null
  const since = resolvedAt === null ? shownAge(startedAt, now) : shownTime(startedAt)
  return [
    since,
    isUrgent ? terminal.style('red', severity) : severity,
    plain(rule),
    plain(subject),
    resolvedAt === null ? '' : shownTime(resolvedAt),
    plain(summary),
  ]
}
