import { engineErrors, type ResultOf, TerminalError } from '@rollcall/engine'
import type { AccountCreate } from './process.ts'

/** The name that RESERVE_USERNAME settled. @throws TerminalError RESULT_MISSING where the run never went through it */
export function usernameOf({ result }: { readonly result: ResultOf<AccountCreate> }): string {
  const username = result.RESERVE_USERNAME?.username
  if (username === undefined) throw new TerminalError(engineErrors.RESULT_MISSING, 'RESERVE_USERNAME settles the username.')
  return username
}

/** The account's id in the directory, as POLL_USER_CREATE saw it. @throws TerminalError RESULT_MISSING */
export function azureIdOf({ result }: { readonly result: ResultOf<AccountCreate> }): string {
  const azureId = result.POLL_USER_CREATE?.azureId
  if (azureId === undefined) throw new TerminalError(engineErrors.RESULT_MISSING, 'POLL_USER_CREATE learns the directory id.')
  return azureId
}
