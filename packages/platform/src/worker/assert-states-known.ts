import { CodedError, type Ledger, type ProcessDefinition } from '@rollcall/engine'
import { platformErrors } from '../errors.ts'

/**
 * Refuses to go on while a live run stands in a state that no table knows: this release would strand it.
 * @throws CodedError STATE_UNKNOWN that names the states and how many runs stand there
 */
export async function assertStatesKnown({
  ledger,
  processes,
}: {
  readonly ledger: Pick<Ledger, 'backlog'>
  readonly processes: readonly ProcessDefinition[]
}): Promise<void> {
  const unknown = (await ledger.backlog()).filter((row) => !isKnown(processes, row))
  if (unknown.length === 0) return
  const places = unknown.map(({ process, state, count }) => `${process}.${state} (${count})`).join(', ')
  throw new CodedError(
    platformErrors.STATE_UNKNOWN,
    `They stand in ${places}. Run the release that knows these states until they are empty, or list their new names in the process's \`renamed\`.`,
  )
}

export function isKnown(processes: readonly ProcessDefinition[], run: { readonly process: string; readonly state: string }): boolean {
  const process = processes.find(({ name }) => name === run.process)
  return process !== undefined && Object.hasOwn(process.states, process.renamed?.[run.state] ?? run.state)
}
