// Brings the write-ahead log to the disk, beside the event loop. SQLite would do it inside COMMIT, where this process stands still meanwhile and
// every other one waits for the file. What must always hold: who waits here is answered when a flush has ended that began after he asked, so
// that what he had committed by then is on the disk. A commit that others see before that is no danger: whatever they write stands behind it in
// the log, and is on the disk no sooner. Nor is a flush believed after one that failed: the kernel tells of lost pages once, and the next one
// finds nothing to write; what stands in the log behind a gap is lost with it.
import { type FileHandle, open } from 'node:fs/promises'
import { gather } from '@rollcall/engine'

export interface LogSync {
  /** @throws what the disk answers: whether the commit will outlive a power cut is then unknown */
  flushed(): Promise<void>
  /** Once all who wait were answered. */
  close(): Promise<void>
}

/** Of a database file in WAL mode with `synchronous = NORMAL`: SQLite itself flushes the log only before it carries it over into the file. */
export function createLogSync({
  file,
  carryOver,
}: {
  /** Where SQLite has it, with no symbolic link on the way; null for a database in memory. */
  readonly file: string | null
  /** Brings all that the log holds into the file, and begins the log anew. False: not now. */
  readonly carryOver: () => Promise<boolean>
}): LogSync {
  if (file === null) return { flushed: async () => {}, close: async () => {} }
  let log: FileHandle | null = null
  let failure: { readonly error: unknown } | null = null

  async function sync(): Promise<void> {
    if (failure !== null) {
      if (!(await carryOver())) throw failure.error
      failure = null
      return
    }
    try {
      log ??= await openLog(`${file}-wal`)
      await log?.datasync()
    } catch (error) {
      failure = { error }
      throw error
    }
  }

  const flush = gather<null, void>({
    max: Number.POSITIVE_INFINITY,
    async flush(waiting) {
      await sync()
      return waiting.map(() => undefined)
    },
  })
  let latest = Promise.resolve()
  return {
    flushed() {
      latest = flush(null)
      return latest
    },
    async close() {
      await Promise.allSettled([latest])
      await log?.close()
    },
  }
}

/** Null while there is none: nobody has written yet. From the first commit on it stays the same file for as long as a connection is open. */
async function openLog(path: string): Promise<FileHandle | null> {
  try {
    return await open(path, 'r+')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}
