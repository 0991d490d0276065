import type { Run, RunEvent } from '@rollcall/engine'

/** The state in which a run stood before it ended: that of the event that ended it. Work that came too late does not count. */
export function lastStateOf({ run, history }: { readonly run: Run; readonly history: readonly RunEvent[] }): string {
  const ending = history.findLast(({ version, status }) => version === run.version - 1 && status !== 'superseded')
  return (ending ?? history.at(-1))?.state ?? run.state
}
