// Keeps the clock of the fleet: brings the schedules' rows up to date when it starts, serves what is due when a bell rings and every few seconds
// anyway, and hangs the bells anew where Redis has lost them. Every worker-sync does it; the rows in SQL say who serves which due time.
import {
  createFireDue,
  createScheduleBells,
  type Dispatcher,
  ensureSchedules,
  type Leases,
  listenToBells,
  pullBackDue,
  type Schedule,
  type ScheduleDefinition,
  type Schedules,
} from '@rollcall/engine'
import type { Metrics } from '../create-metrics.ts'
import { type Loop, startLoop } from '../start-loop.ts'
import { within } from '../within.ts'
import type { WorkerParts } from '../worker/worker-parts.ts'

const CLOSE_MS = 3_000

export interface SchedulesDuty {
  readonly schedules: Schedules
  readonly definitions: readonly ScheduleDefinition[]
  /** What `schedulesEnv` reads. */
  readonly environment: Readonly<Record<string, unknown>>
  /** From one look to the next, beside the bells. */
  readonly everyMs: number
}

interface FromWorker extends Pick<WorkerParts, 'clock' | 'instance' | 'logger' | 'metrics' | 'newId' | 'notify' | 'patient' | 'store'> {
  readonly database: { readonly leases: Pick<Leases, 'now'> }
  readonly dispatcher: Pick<Dispatcher, 'enqueue'>
}

export function startSchedules({ schedules, definitions, environment, everyMs }: SchedulesDuty, parts: FromWorker): Loop {
  const { clock, database, dispatcher, instance, logger, metrics, newId, notify, patient, store } = parts
  const sqlNow = () => database.leases.now()
  const fireDue = createFireDue({ schedules, definitions, dispatcher, clock, sqlNow, newId, notify })
  const bells = createScheduleBells(store)
  const texts = textsOf(environment)
  let isEnsured = false

  const loop = startLoop({ name: 'schedules', everyMs, firstAfterMs: 0, pass: look, logger })
  const listener = listenToBells({
    connection: patient,
    namespace: store.namespace,
    // What is due by the rows of an earlier release may not be due any more.
    onRing: async () => {
      await bringUpToDate()
      await fireDue()
    },
    onError: (err) => logger.debug({ err }, 'a bell could not be heard or served; the next look serves what is due'),
  })

  async function bringUpToDate(): Promise<void> {
    if (isEnsured) return
    await ensureSchedules({ definitions, environment: texts, by: instance }, { schedules, clock, newId })
    isEnsured = true
  }

  async function look(): Promise<void> {
    await bringUpToDate()
    await pullBackDue({ by: instance }, { schedules, definitions, sqlNow, newId, notify })
    await fireDue()
    const known = new Set(definitions.map(({ name }) => name))
    const standing = await schedules.list()
    const ours = standing.filter(({ name }) => known.has(name))
    measure(ours, metrics)
    const hung = await bells.hang({ schedules: standing, known, now: clock.now() })
    if (hung > 0) logger.info({ bells: hung }, 'bells of schedules were hung, moved or taken down')
  }

  return {
    async stop() {
      await loop.stop()
      // Redis may be away; whatever is due is served by others, or by the next start.
      await within(CLOSE_MS, 'closing the bells', Promise.all([listener.close(), bells.close()])).catch((err: unknown) =>
        logger.debug({ err }, 'the bells did not close in time'),
      )
    },
  }
}

function textsOf(environment: SchedulesDuty['environment']): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(environment).filter((entry): entry is [string, string] => typeof entry[1] === 'string'))
}

function measure(schedules: readonly Schedule[], { scheduleNextDue, scheduleSkippedInRow }: Metrics): void {
  scheduleNextDue.reset()
  scheduleSkippedInRow.reset()
  for (const { name, nextDueAt, skippedInRow } of schedules) {
    if (nextDueAt !== null) scheduleNextDue.set({ schedule: name }, nextDueAt / 1_000)
    scheduleSkippedInRow.set({ schedule: name }, skippedInRow)
  }
}
