import type { Command } from 'commander'
import type { CliContext } from '../context.ts'
import { withoutPerson } from '../runs/without-person.ts'
import { jsonOf, REASON, wantsJson, withExamples } from './command-parts.ts'

/** `cancel <uuid>`: a run that is under way. */
export function addCancelCommand(program: Command, context: CliContext): void {
  const command = program
    .command('cancel <uuid>')
    .description('cancel a run that is under way, or a cohort: honoured before its next try')
    .requiredOption(...REASON)
    .action(async (uuid: string, { reason }: { reason: string }) => {
      const api = await context.api()
      const run = await api.post('/azure-data-sync/{uuid}/cancel', { params: { path: { uuid } }, body: { reason } })
      if (wantsJson(command)) return context.terminal.print(jsonOf(withoutPerson(run)))
      context.terminal.print(
        `${run.uuid} (${run.process}) stands in ${run.state} and is marked for cancelling; what is under way is finished.`,
      )
    })
  withExamples(command, 'cancel 0199a1f4-5c00-7000-8000-00000000a001 --reason "The pupil has moved."')
}
