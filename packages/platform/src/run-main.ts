// What makes a program of an app: errors on the way up become one readable line and exit code 1, the supervisor is told when it is ready, and
// signals stop it in good order. What must always hold: a second signal does not cut short what the first one began; a drain that hangs ends.
import { flushCompileCache } from 'node:module'
import closeWithGrace from 'close-with-grace'
import { createLogger, type Logger } from './create-logger.ts'

/** How an app ends: 0 where everything was finished, 1 where something was left. */
export interface RunningApp {
  stop(): Promise<{ readonly jobsLeft: number }>
  /** Resolves with the reason if the app cannot go on by itself. */
  readonly failed?: Promise<Error>
}

/** The app has its own deadline; this one is for an app that forgets it. */
const HARD_STOP_MS = 330_000
const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR2'] as const

/** @param start builds and starts the app; what it throws, an operator reads */
export async function runMain({ app, start }: { readonly app: string; readonly start: () => Promise<RunningApp> }): Promise<void> {
  const logger = createLogger({ app, level: 'info' })
  // Until the app runs there is nothing to drain: the default of each signal, which ends the process, is right.
  const running = await start().catch((error: unknown) => reportFailedStart(logger, error))
  stopOnSignals({ running, logger })
  process.send?.('ready')
  // Node keeps what it compiled (NODE_COMPILE_CACHE) when a process ends in good order. The start after a crash is the one that is waited for.
  flushCompileCache()
}

function stopOnSignals({ running, logger }: { readonly running: RunningApp; readonly logger: Logger }): void {
  // Its own handling of signals exits at the second one, so it gets only errors and the order to close.
  const grace = closeWithGrace(
    { delay: HARD_STOP_MS, logger: false, skip: [...STOP_SIGNALS], onTimeout: () => logger.fatal('the app did not stop') },
    async ({ err }) => {
      if (err) logger.fatal({ err }, 'an error that nobody caught; stopping')
      const { jobsLeft } = await running.stop()
      if (jobsLeft > 0) throw new Error(`${jobsLeft} jobs were left.`)
    },
  )
  let isStopping = false
  for (const signal of STOP_SIGNALS) {
    process.on(signal, () => {
      if (isStopping) logger.warn({ signal }, 'stopping already; waiting for the jobs in hand')
      else logger.info({ signal }, 'told to stop')
      if (!isStopping) grace.close()
      isStopping = true
    })
  }
  void running.failed?.then(async (err) => {
    logger.fatal({ err, detail: err.message }, 'the app cannot go on; stopping so that a new process can take over')
    await running.stop()
    process.exit(1)
  })
}

function reportFailedStart(logger: Logger, error: unknown): never {
  const words = error instanceof Error ? withoutPasswords(error.message) : String(error)
  logger.fatal({ err: error }, `cannot start: ${words}`)
  // Not merely an exit code: what was opened before the error would keep the process alive.
  process.exit(1)
}

/** No personal data is at hand yet, but a driver may quote the address that it could not reach, credentials and all. */
function withoutPasswords(message: string): string {
  return message.replace(/:\/\/[^/@\s]*@/g, '://***@').replace(/(password|pwd)=[^;\s]*/gi, '$1=***')
}
