// Puts away what is old, at night and in small portions. What must always hold: a crash between any two lines loses nothing, since each portion
// is one transaction; several processes may do it at once without harm, and the lease only spares them the trouble; nobody waits long.
import { setTimeout as delay } from 'node:timers/promises'
import type { Database } from '@rollcall/database'
import { type Loop, type RetentionEnv, startLoop, type WorkerParts } from '@rollcall/platform'
import { type Night, nightAt } from './night.ts'
import type { NightlyEnv } from './nightly-env.ts'
import { FIRST_SIZE, nextSize } from './portion-size.ts'
import { type Step, stepsOf } from './steps.ts'

const LEASE = 'nightly'
/** Longer than any portion takes; whoever holds the lease keeps it from pass to pass. */
const LEASE_SPARE_MS = 10_000
const PAUSE_MS = 50
/** SQLite has one writer, and blocks the event loop; SQL Server locks rows that nobody else wants. */
const MAY_TAKE_MS = { sqlite: 100, sqlserver: 1_000 } as const

export interface NightlyDeps {
  readonly database: Pick<Database, 'archive' | 'dialect' | 'leases' | 'persons' | 'retention'>
  readonly parts: Pick<WorkerParts, 'clock' | 'instance' | 'logger' | 'metrics'>
  readonly env: NightlyEnv & RetentionEnv
  /** Between two portions. */
  readonly pause?: () => Promise<void>
}

interface Work {
  readonly night: Night
  /** Counted up, portion by portion. */
  readonly rows: Partial<Record<Step['what'], number>>
  readonly failures: unknown[]
}

export function startNightly(deps: NightlyDeps): Loop {
  const nightly = createNightly(deps)
  const loop = startLoop({
    name: 'nightly',
    everyMs: deps.env.NIGHTLY_EVERY_MS,
    firstAfterMs: Math.min(deps.env.NIGHTLY_EVERY_MS, 10_000),
    pass: nightly.pass,
    logger: deps.parts.logger,
  })
  return {
    async stop() {
      nightly.stop()
      await loop.stop()
    },
  }
}

export function createNightly({ database, parts, env, pause = () => delay(PAUSE_MS) }: NightlyDeps) {
  const { leases } = database
  const { clock, instance, logger, metrics } = parts
  const window = { fromMinute: env.NIGHTLY_FROM_UTC, toMinute: env.NIGHTLY_TO_UTC }
  const lease = { name: LEASE, holder: instance, forMs: 2 * env.NIGHTLY_EVERY_MS + LEASE_SPARE_MS }
  const mayTakeMs = MAY_TAKE_MS[database.dialect]
  let isStopping = false
  let loggedNight: string | null = null

  async function pass(): Promise<void> {
    const night = nightAt(clock.now(), window)
    if (night === null || !(await leases.acquire(lease))) return
    const startedAt = performance.now()
    const rows: Partial<Record<Step['what'], number>> = {}
    const failures: unknown[] = []
    const finished = await work({ night, rows, failures })
    if (finished) metrics.nightlyFinished.set(clock.now() / 1_000)
    // One line a night; more only where more was done.
    if (Object.keys(rows).length > 0 || (finished && loggedNight !== night.name)) {
      const line = { night: night.name, rows, finished, ms: Math.round(performance.now() - startedAt) }
      logger.info(line, finished ? 'what is old was put away' : 'what is old was put away in part; it goes on later')
    }
    if (finished) loggedNight = night.name
    if (failures.length > 0) throw failures[0]
  }

  /** Answers whether nothing is left to do. */
  async function work({ night, rows, failures }: Work): Promise<boolean> {
    for (const step of stepsOf({ stores: database, env, asOf: night.asOf, now: clock.now })) {
      try {
        if (!(await putAway(step, { night, rows }))) return false
      } catch (error) {
        // What keeps one kind of rows where they are must not keep all the others.
        failures.push(error)
      }
    }
    return failures.length === 0
  }

  /** Portion by portion. Answers false where it has to stop. */
  async function putAway(step: Step, { night, rows }: Pick<Work, 'night' | 'rows'>): Promise<boolean> {
    let size = FIRST_SIZE
    for (;;) {
      if (!(await mayGoOn(night))) return false
      const startedAt = performance.now()
      const portion = await step.portion(size)
      size = nextSize({ size, tookMs: portion.tookMs ?? performance.now() - startedAt, mayTakeMs })
      count(step.what, portion.rows, rows)
      if (!portion.more) return true
      await pause()
    }
  }

  async function mayGoOn({ name }: Night): Promise<boolean> {
    return !isStopping && nightAt(clock.now(), window)?.name === name && (await leases.acquire(lease))
  }

  function count(what: Step['what'], more: number, rows: Partial<Record<Step['what'], number>>): void {
    if (more === 0) return
    rows[what] = (rows[what] ?? 0) + more
    metrics.retentionRows.inc({ what }, more)
  }

  return {
    pass,
    /** Lets no further portion begin. */
    stop() {
      isStopping = true
    },
  }
}
