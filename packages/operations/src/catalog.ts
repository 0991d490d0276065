import type { ProcessDefinition } from '@rollcall/engine'
import { replayCohort } from './replay-cohort/process.ts'

/** What operators have done by the fleet itself. A new process is a folder and a line here. */
export const operationsProcesses: readonly ProcessDefinition[] = [replayCohort]
