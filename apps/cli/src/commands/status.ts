import type { components } from '@rollcall/client'
import { CANARY_PROCESS } from '@rollcall/platform'
import type { Command } from 'commander'
import type { CliContext } from '../context.ts'
import { cureOfClosure } from '../runs/cure-of-closure.ts'
import { plain } from '../terminal/plain.ts'
import { table } from '../terminal/table.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { shownAge, shownDuration, shownTime } from '../terminal/times.ts'
import { jsonOf, wantsJson, withExamples } from './command-parts.ts'

type Status = components['schemas']['FleetStatus']

/** `status`: what is under way, what failed, what is closed, who works. */
export function addStatusCommand(program: Command, context: CliContext): void {
  const { terminal } = context
  const command = program
    .command('status')
    .description('how the fleet stands: backlog, failures of the last day, resources, workers')
    .action(async () => {
      const [api, { url }] = await Promise.all([context.api(), context.apiAccess()])
      const status = await api.get('/status')
      if (wantsJson(command)) return terminal.print(jsonOf(status))
      const now = Date.parse(status.at)
      const sections = [
        [`${terminal.style('bold', 'Fleet')} at ${url}, ${shownTime(status.at)}`],
        backlogOf({ status, terminal, now }),
        failuresOf({ status, terminal }),
        resourcesOf({ status, terminal, now }),
        workersOf({ status, terminal, now }),
      ]
      for (const line of sections.flatMap((lines, index) => (index === 0 ? lines : ['', ...lines]))) terminal.print(line)
    })
  withExamples(command, 'status', 'status --json')
}

interface Shown {
  readonly status: Status
  readonly terminal: Terminal
}

function backlogOf({ status, terminal, now }: Shown & { readonly now: number }): string[] {
  const rows = status.backlog.filter(({ process }) => process !== CANARY_PROCESS)
  const total = rows.reduce((sum, { count }) => sum + count, 0)
  if (total === 0) return [terminal.style('bold', 'Under way: nothing')]
  const cells = rows.map(({ process, state, status: word, count, oldestSince }) => [
    process,
    state,
    word,
    count,
    shownAge(oldestSince, now),
  ])
  return [terminal.style('bold', `Under way: ${total}`), ...indented(table(['process', 'state', 'status', 'runs', 'oldest'], cells))]
}

function failuresOf({ status: { failures }, terminal }: Shown): string[] {
  const total = failures.counts.reduce((sum, { count }) => sum + count, 0)
  if (total === 0) return [terminal.style('bold', 'Failed in the last day: none')]
  const cells = failures.counts.map(({ process, errorCode, count }) => [process, errorCode ?? 'no code', count])
  const [worst] = failures.counts.toSorted((a, b) => b.count - a.count)
  return [
    terminal.style('bold', `Failed in the last day: ${total}`),
    ...indented(table(['process', 'error', 'runs'], cells)),
    ...hint(
      `\`pnpm rollcall list --status failed${worst?.errorCode ? ` --error ${worst.errorCode}` : ''}\` lists them, \`show\` tells why and what to do.`,
    ),
  ]
}

function resourcesOf({ status: { resources }, terminal, now }: Shown & { readonly now: number }): string[] {
  const cells = resources.map(({ name, closure }) => [
    name,
    closure
      ? `${terminal.style('red', 'closed')} for ${shownAge(closure.closedAt, now)} by ${plain(closure.closedBy)} (${closure.errorCode}): ${plain(closure.cause)}`
      : terminal.style('green', 'open'),
  ])
  const cures = resources.flatMap(({ name, closure }) => (closure ? [cureOfClosure({ resource: name, errorCode: closure.errorCode })] : []))
  return [
    terminal.style('bold', 'Resources'),
    ...indented(table(['name', 'state'], cells).slice(1)),
    ...cures.flatMap((cure) => hint(`${cure} Until then runs wait, none fails.`)),
  ]
}

function workersOf({ status: { workers }, terminal, now }: Shown & { readonly now: number }): string[] {
  if (!workers)
    return [
      terminal.style('bold', 'Workers'),
      `  ${terminal.style('yellow', 'Redis cannot be asked who is alive.')}`,
      ...hint('Requests are accepted meanwhile and worked when it is back. `pnpm rollcall doctor` looks for the cause.'),
    ]
  const { alive, missing, silent } = workers
  const cells = [
    ...alive.map(({ worker, instance, lastBeatAt, jobsInHand, loopLagMs }) => [
      worker,
      plain(instance),
      worker === silent?.worker
        ? `${terminal.style('red', 'silent')}: takes no jobs since ${shownTime(silent.since)}`
        : `${terminal.style('green', 'alive')}, beat ${shownAge(lastBeatAt, now)} ago, ${jobsInHand} jobs in hand, held up ${shownDuration(loopLagMs)}`,
    ]),
    ...missing.map((worker) => [worker, '', `${terminal.style('red', 'missing')}: no process of it beats`]),
  ]
  if (cells.length === 0) return [terminal.style('bold', 'Workers'), '  none is known']
  const inNeed = missing.length > 0 || silent !== null
  return [
    terminal.style('bold', 'Workers'),
    ...indented(table(['worker', 'instance', 'state'], cells).slice(1)),
    ...(inNeed ? hint('Start it again, or look into its log: its runs wait. `pnpm rollcall doctor` looks at everything it needs.') : []),
  ]
}

/** What to do about the section above it. */
function hint(words: string): string[] {
  return [`  → ${words}`]
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`)
}
