// Under `npm start` no supervisor watches: what dies there is said and started again. What must always hold: one look at a time, and after
// `stop` nothing is started any more.
import type { Fleet } from './start-fleet.ts'

const LOOK_EVERY_MS = 1_000
/** An app that cannot start is tried again with growing pauses, up to this one. */
const LONGEST_PAUSE_MS = 60_000

type Watched = Pick<Fleet, 'app' | 'started' | 'redis' | 'restart' | 'restartRedis' | 'logFolder'>

export interface KeepRunning {
  /** Waits for a start that is under way. */
  stop(): Promise<void>
}

/** @param isAlive whether a process is there; handed in by tests */
export function keepRunning({
  fleet,
  say,
  now = Date.now,
  isAlive = processIsAlive,
  everyMs = LOOK_EVERY_MS,
}: {
  readonly fleet: Watched
  readonly say: (line: string) => void
  readonly now?: () => number
  readonly isAlive?: (pid: number) => boolean
  readonly everyMs?: number
}): KeepRunning & { look(): Promise<void> } {
  const failures = new Map<string, { readonly pauseMs: number; readonly nextAt: number }>()
  let isStopped = false
  let current = Promise.resolve()

  async function look(): Promise<void> {
    // First what the apps need.
    if (fleet.redis && !isAlive(fleet.redis.pid)) await startAgain('Redis', () => fleet.restartRedis())
    for (const name of fleet.started) if (!fleet.app(name).isRunning()) await startAgain(name, () => fleet.restart(name))
  }

  async function startAgain(name: string, start: () => Promise<void>): Promise<void> {
    const failure = failures.get(name)
    if (isStopped || (failure && now() < failure.nextAt)) return
    say(`${name} has ended; starting it again (logs: ${fleet.logFolder})`)
    try {
      await start()
      failures.delete(name)
      say(`${name} is back`)
    } catch (error) {
      const pauseMs = Math.min(LONGEST_PAUSE_MS, (failure?.pauseMs ?? everyMs) * 2)
      failures.set(name, { pauseMs, nextAt: now() + pauseMs })
      say(`${name} does not start: ${error instanceof Error ? error.message : String(error)}`)
    }
  }

  let isLooking = false
  const timer = setInterval(() => {
    if (isLooking) return
    isLooking = true
    current = look().finally(() => {
      isLooking = false
    })
  }, everyMs)
  return {
    look,
    async stop() {
      isStopped = true
      clearInterval(timer)
      await current
    },
  }
}

function processIsAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
