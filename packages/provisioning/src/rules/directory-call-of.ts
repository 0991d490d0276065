import type { DirectoryCall } from '../ports/directory.ts'

/** What the directory is told of a piece of work, whatever it is asked to do. */
export function directoryCallOf(work: { readonly signal: AbortSignal; readonly uuid: string; readonly bulk: boolean }): DirectoryCall {
  return { signal: work.signal, runUuid: work.uuid, bulk: work.bulk }
}
