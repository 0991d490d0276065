import type { components } from '@rollcall/client'
import { CANARY_PROCESS } from '@rollcall/platform'
import type { Command } from 'commander'
import type { CliContext } from '../context.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { shownDuration, shownTime } from '../terminal/times.ts'
import { jsonLineOf, wantsJson, withExamples } from './command-parts.ts'

type FleetEvent = components['schemas']['FleetEvent']
type Page = components['schemas']['FleetEventList']

const LOOK_EVERY_MS = 1_000
/** How many events one look may bring; the next one follows at once as long as anything came. */
const PER_LOOK = 500
/** What is shown of the past before the present is followed. */
const FIRST = 10

interface TailOptions {
  readonly process?: string
  readonly state?: string
  readonly errors?: true
}

/** `tail`: what happens in the fleet, as it happens. */
export function addTailCommand(program: Command, context: CliContext): void {
  const command = program
    .command('tail')
    .description('follow what happens to all runs, until Ctrl-C; the canary only with --process canary')
    .option('--process <name>', 'of this process only')
    .option('--state <STATE>', 'in this state only')
    .option('--errors', 'only what carries an error code')
    .action((options: TailOptions) => tail({ context, options, json: wantsJson(command) }))
  withExamples(command, 'tail', 'tail --process account-create --errors', 'tail --json | jq .runUuid')
}

async function tail({ context, options, json }: { context: CliContext; options: TailOptions; json: boolean }): Promise<void> {
  const { terminal, interrupted, pause } = context
  const api = await context.api()
  const { process, state, errors } = options
  const filter = { ...(process && { process }), ...(state && { state }), ...(errors && { errors }) }
  const look = (after: string | null): Promise<Page> => {
    const query = { ...filter, limit: after === null ? FIRST : PER_LOOK, ...(after !== null && { after }) }
    return api.get('/history', { params: { query }, signal: interrupted })
  }
  let after: string | null = null
  try {
    for (;;) {
      const { events, nextCursor }: Page = await look(after)
      for (const event of events) {
        if (event.process === CANARY_PROCESS && process !== CANARY_PROCESS) continue
        terminal.print(json ? jsonLineOf(event) : lineOf({ event, terminal }))
      }
      const moved = nextCursor !== after
      after = nextCursor
      if (!moved) await pause(LOOK_EVERY_MS, interrupted)
    }
  } catch (error) {
    if (!interrupted.aborted) throw error
  }
}

function lineOf({ event, terminal }: { event: FleetEvent; terminal: Terminal }): string {
  const { createdAt, runUuid, process, state, status, attempt, durationMs, errorCode } = event
  const took = durationMs === null ? '' : shownDuration(durationMs)
  const words = [
    shownTime(createdAt),
    runUuid,
    (process ?? '-').padEnd(16),
    state.padEnd(22),
    statusWord({ status, terminal }),
    attempt > 0 ? `try ${attempt + 1}` : '',
    took,
    errorCode ? terminal.style('red', errorCode) : '',
  ]
  return words.filter((word) => word !== '').join('  ')
}

function statusWord({ status, terminal }: { status: FleetEvent['status']; terminal: Terminal }): string {
  const word = status.padEnd(10)
  if (status === 'failed') return terminal.style('red', word)
  return status === 'success' ? terminal.style('green', word) : terminal.style('dim', word)
}
