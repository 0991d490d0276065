import { FLEET, type ProcessDefinition } from '@rollcall/engine'

/** The states whose work needs a resource; the fleet itself is one that all need. */
export function statesUsing({
  resource,
  processes,
}: {
  readonly resource: string
  readonly processes: readonly ProcessDefinition[]
}): { readonly process: string; readonly state: string }[] {
  return processes.flatMap((process) =>
    Object.entries(process.states)
      .filter(([, row]) => resource === FLEET || row.resource === resource)
      .map(([state]) => ({ process: process.name, state })),
  )
}
