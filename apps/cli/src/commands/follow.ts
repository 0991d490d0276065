import { ApiUnreachableError } from '@rollcall/client'
import { CliError } from '../cli-error.ts'
import type { CliContext } from '../context.ts'
import { EXIT } from '../exit-codes.ts'

const LOOK_EVERY_MS = 1_000
/** An API that is being deployed comes back within this many looks. */
const MOST_FAILED_LOOKS = 30

/** Looks until what is followed has ended, with a progress bar. */
export async function follow<Seen>({
  context,
  label,
  total,
  look,
  progressOf,
  isDone,
  goOnWith,
}: {
  readonly context: CliContext
  readonly label: string
  readonly total: number
  readonly look: (signal: AbortSignal) => Promise<Seen>
  readonly progressOf: (seen: Seen) => number
  readonly isDone: (seen: Seen) => boolean
  /** The command that shows it later, for whoever stops looking. */
  readonly goOnWith: string
}): Promise<Seen> {
  const { interrupted, pause, terminal } = context
  const bar = terminal.progress({ label, total })
  let failedLooks = 0
  try {
    for (;;) {
      const seen = await look(interrupted).catch((error: unknown) => {
        if (!(error instanceof ApiUnreachableError) || ++failedLooks > MOST_FAILED_LOOKS) throw error
        return null
      })
      if (seen !== null) {
        failedLooks = 0
        bar.update(progressOf(seen))
        if (isDone(seen)) return seen
      }
      await pause(LOOK_EVERY_MS, interrupted)
    }
  } catch (error) {
    if (!interrupted.aborted) throw error
    throw new CliError(`Not looking any more; it goes on. \`pnpm rollcall ${goOnWith}\` shows how far it is.`, EXIT.bad)
  } finally {
    bar.stop()
  }
}
