import { runbookOf } from './known-processes.ts'

/** What an operator does about a closed resource: what its error code asks for; what somebody closed by hand is reopened by hand. */
export function cureOfClosure({ resource, errorCode }: { readonly resource: string; readonly errorCode: string }): string {
  return runbookOf(errorCode) ?? `Once the reason is over: \`pnpm rollcall resume ${resource} --reason …\`.`
}
