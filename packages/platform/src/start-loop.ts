// Does something again and again, in the background, for as long as the app runs. What must always hold: a pass never overlaps the next; one
// that fails does not end the loop; the loop alone does not keep the process alive.
import type { Logger } from './create-logger.ts'

export interface Loop {
  /** Lets no new pass begin, and waits for the one under way. */
  stop(): Promise<void>
}

export interface LoopOptions {
  /** As the log calls it. */
  readonly name: string
  /** From the end of one pass to the beginning of the next. */
  readonly everyMs: number
  /** @defaultValue everyMs */
  readonly firstAfterMs?: number
  readonly pass: () => Promise<unknown>
  readonly logger: Logger
}

export function startLoop({ name, everyMs, firstAfterMs = everyMs, pass, logger }: LoopOptions): Loop {
  let stopped = false
  let failedInARow = 0
  let running: Promise<void> = Promise.resolve()
  let timer = schedule(firstAfterMs)

  function schedule(afterMs: number): NodeJS.Timeout {
    return setTimeout(() => {
      running = runPass().then(() => {
        if (!stopped) timer = schedule(everyMs)
      })
    }, afterMs).unref()
  }

  async function runPass(): Promise<void> {
    try {
      await pass()
      if (failedInARow > 0) logger.info({ loop: name, failedPasses: failedInARow }, 'background work goes on')
      failedInARow = 0
    } catch (err) {
      failedInARow += 1
      // An outage of SQL or Redis fails pass after pass; the first line says it.
      if (failedInARow === 1) logger.error({ loop: name, err }, 'background work failed; it will be tried again')
    }
  }

  return {
    async stop() {
      stopped = true
      clearTimeout(timer)
      await running
    },
  }
}
