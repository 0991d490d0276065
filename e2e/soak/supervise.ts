// Starts again whatever ended, as PM2 would, and knows which deaths were ours: any other is a finding.
import { setTimeout as pause } from 'node:timers/promises'
import { WORKERS } from '@rollcall/scripts/fleet'
import type { TestFleet } from '../support/start-test-fleet.ts'
import { PROCESSES, type ProcessName } from './plan-soak.ts'
import type { Timeline } from './timeline.ts'

const LOOK_EVERY_MS = 100
const AFTER_FAILED_START_MS = 1_000
const DRAINS_WITHIN_MS = 30_000

export interface Supervisor {
  /** SIGKILL, and no start before that time is over. */
  kill(name: ProcessName, downMs: number): Promise<void>
  /** Asks it to end, waits until it has, and leaves the start to the supervisor. */
  restart(name: ProcessName): Promise<void>
  killRedis(downMs: number): Promise<void>
  /** Resolves once everything runs. */
  untilAllRun(): Promise<void>
  stop(): Promise<void>
  readonly killed: () => number
  /** Processes that ended by themselves, and with what. */
  readonly unexpected: readonly string[]
  /** Starts that failed, which a supervisor repeats. */
  readonly failedStarts: readonly string[]
  /** Those that were asked to end, and did not end cleanly: something they need was away. */
  readonly drains: readonly string[]
}

export function supervise({ fleet, timeline }: { readonly fleet: TestFleet; readonly timeline: Timeline }): Supervisor {
  const downUntil = new Map<string, number>()
  const starting = new Map<string, Promise<void>>()
  const unexpected: string[] = []
  const failedStarts: string[] = []
  const drains: string[] = []
  const seen = new Set<number>()
  const ours = new Set<number>()
  let redisDown = false
  let killed = 0

  async function startAgain(name: ProcessName): Promise<void> {
    try {
      await startProcess(fleet, name)
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error)
      failedStarts.push(`${name}: ${reasonIn(words)}`)
      timeline.say(`${name} did not start: ${words.split('\n')[0]}`)
      downUntil.set(name, performance.now() + AFTER_FAILED_START_MS)
    }
  }

  async function look(name: ProcessName): Promise<void> {
    const app = fleet.app(name)
    if (app.isRunning() || starting.has(name)) return
    if (!seen.has(app.pid)) {
      seen.add(app.pid)
      if (!ours.has(app.pid)) {
        unexpected.push(`${name} ended by itself with ${await app.stop()}`)
        timeline.say(`FINDING: ${unexpected.at(-1)}`)
      }
    }
    if (performance.now() < (downUntil.get(name) ?? 0)) return
    starting.set(
      name,
      startAgain(name).finally(() => starting.delete(name)),
    )
  }

  const timer = setInterval(() => {
    for (const name of PROCESSES) void look(name)
  }, LOOK_EVERY_MS)

  return {
    unexpected,
    failedStarts,
    drains,
    killed: () => killed,

    async kill(name, downMs) {
      const app = fleet.app(name)
      if (!app.isRunning()) return
      killed += 1
      ours.add(app.pid)
      downUntil.set(name, performance.now() + downMs)
      await app.kill()
    },

    async restart(name) {
      const app = fleet.app(name)
      if (!app.isRunning() || ours.has(app.pid)) return
      ours.add(app.pid)
      const late = setTimeout(() => timeline.say(`${name} has not ended after ${DRAINS_WITHIN_MS / 1_000} s`), DRAINS_WITHIN_MS)
      const code = await app.stop()
      clearTimeout(late)
      // Null: it was killed while it drained, and that was us.
      if (code !== 0 && code !== null) drains.push(`${name} with ${code}`)
    },

    async killRedis(downMs) {
      if (redisDown) return
      redisDown = true
      killed += 1
      try {
        await fleet.redis?.kill()
        await pause(downMs)
        await fleet.restartRedis()
      } finally {
        redisDown = false
      }
    },

    async untilAllRun() {
      while (redisDown || starting.size > 0 || PROCESSES.some((name) => !fleet.app(name).isRunning())) await pause(LOOK_EVERY_MS)
    },

    async stop() {
      clearInterval(timer)
      await Promise.all(starting.values())
    },
  }
}

/** Of all its last words, the sentence that it gave. */
function reasonIn(words: string): string {
  const [, sentence] = /"message":"([^"]+)"/.exec(words) ?? []
  return sentence ?? words.replaceAll('\n', ' ').slice(0, 200)
}

/** The second process of a worker is one more of the same app. */
export async function startProcess(fleet: TestFleet, name: ProcessName): Promise<void> {
  const second = WORKERS.find((worker) => name === `${worker}-2`)
  if (second) await fleet.start(second, { as: name })
  else await fleet.restart(name as Exclude<ProcessName, `${string}-2`>)
}
