import type { ProcessDefinition } from '@rollcall/engine'
import { alertNotification } from './alert-notification/process.ts'

/** How the fleet tells people about itself. */
export const alertProcesses: readonly ProcessDefinition[] = [alertNotification]
