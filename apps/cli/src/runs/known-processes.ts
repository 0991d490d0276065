import { alertErrors, alertProcesses } from '@rollcall/alerts'
import type { ErrorCode, ProcessDefinition } from '@rollcall/engine'
import { engineErrors } from '@rollcall/engine'
import { operationsErrors, operationsProcesses } from '@rollcall/operations'
import { canary, platformErrors } from '@rollcall/platform'
import { importErrors, provisioningErrors, provisioningProcesses } from '@rollcall/provisioning'
import { statusSyncErrors, statusSyncProcesses } from '@rollcall/status-sync'

/** Every process of this release. */
export const knownProcesses: readonly ProcessDefinition[] = [
  ...provisioningProcesses,
  ...operationsProcesses,
  ...alertProcesses,
  ...statusSyncProcesses,
  canary,
]

const CODES: ReadonlyMap<string, ErrorCode> = new Map(
  [engineErrors, provisioningErrors, importErrors, operationsErrors, alertErrors, statusSyncErrors, platformErrors].flatMap((registry) =>
    Object.entries(registry),
  ),
)

/** What an operator does about an error; null where this release does not know the code. */
export function runbookOf(code: string): string | null {
  return CODES.get(code)?.runbook ?? null
}

/** The outside system that a state needs; null where it needs none, or is of another release. */
export function resourceOf({ process, state }: { readonly process: string; readonly state: string }): string | null {
  return knownProcesses.find(({ name }) => name === process)?.states[state]?.resource ?? null
}
