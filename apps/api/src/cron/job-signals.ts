// The signals that the states of a job's runs wait for.
import type { ProcessDefinition } from '@rollcall/engine'

export const RESUME = 'resume'
export const APPROVAL = 'approval'

/** Which signal a run waits for where it stands; null where for none. */
export function awaitedSignal(process: ProcessDefinition, state: string): string | null {
  return process.states[state]?.signal?.name ?? null
}

/** A run that ends within seconds has no state to rest in. */
export function canPause(process: ProcessDefinition): boolean {
  return Object.values(process.states).some(({ signal }) => signal?.name === RESUME)
}
