import type { Command } from 'commander'
import type { CliContext } from '../context.ts'
import { jsonOf, REASON, wantsJson, withExamples } from './command-parts.ts'

/** The built-in resource that every state needs. */
const WHOLE_FLEET = 'fleet'

/** `pause` and `resume`: an outside system, or all work at once. */
export function addPauseCommands(program: Command, context: CliContext): void {
  const pause = program
    .command('pause')
    .description('keep the fleet away from an outside system, or stop all work; what waits spends no attempts')
    .argument('[resource]', 'the outside system, e.g. graph', WHOLE_FLEET)
    .requiredOption(...REASON)
    .action(async (name: string, { reason }: { reason: string }) => {
      const api = await context.api()
      const resource = await api.post('/resources/{name}/close', { params: { path: { name } }, body: { reason } })
      if (wantsJson(pause)) return context.terminal.print(jsonOf(resource))
      context.terminal.print(`${whatOf(name)} is paused. \`pnpm rollcall resume ${name} --reason …\` lets it go on.`)
    })
  withExamples(pause, 'pause --reason "The directory is being migrated."', 'pause graph --reason "Microsoft has an outage."')

  const resume = program
    .command('resume')
    .description('let the fleet go on; what waited gets the lost time back')
    .argument('[resource]', 'the outside system, e.g. graph', WHOLE_FLEET)
    .requiredOption(...REASON)
    .action(async (name: string, { reason }: { reason: string }) => {
      const api = await context.api()
      const resource = await api.post('/resources/{name}/reopen', { params: { path: { name } }, body: { reason } })
      if (wantsJson(resume)) return context.terminal.print(jsonOf(resource))
      context.terminal.print(`${whatOf(name)} is open.`)
    })
  withExamples(resume, 'resume --reason "The migration is done."')
}

function whatOf(name: string): string {
  return name === WHOLE_FLEET ? 'The whole fleet' : name
}
