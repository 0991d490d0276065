// Bells: BullMQ's job schedulers ring when a schedule is due, so that nobody has to look every second. A bell carries a name and nothing else,
// and decides nothing: one that is lost, late or rung twice costs at most the time to the next look. What must always hold: the bells follow
// from the rows in SQL, and can be hung anew from them at any time.
import { type JobSchedulerJson, Queue, Worker } from 'bullmq'
import type { RedisConnection } from '../bullmq/create-dispatcher.ts'
import { queuePrefix } from '../bullmq/queue-settings.ts'
import type { EpochMs } from '../run.ts'
import { nextDueAfter } from './due-times.ts'
import type { Schedule } from './schedules.ts'

export const BELL_QUEUE = 'schedules'

/** BullMQ hangs the next ring when the last one is taken; one that should have rung so long ago hangs on nothing. */
const LOST_AFTER_MS = 60_000

interface BellJob {
  readonly name: string
}

export interface ScheduleBells {
  /**
   * Makes the bells agree with the schedules. One that cannot be hung keeps no other from it.
   * @param schedules every row that stands: the bell of one that is on stays, also where only another release knows it
   * @param known the names of those that this release rings for
   * @returns how many had to be hung, moved or taken down
   * @throws the first error, after the others have been hung
   */
  hang(hanging: { readonly schedules: readonly Schedule[]; readonly known: ReadonlySet<string>; readonly now: EpochMs }): Promise<number>
  close(): Promise<void>
}

/** @param connection one that fails fast; the caller closes it */
export function createScheduleBells({
  connection,
  namespace,
}: {
  readonly connection: RedisConnection
  readonly namespace: string
}): ScheduleBells {
  const queue = new Queue<BellJob>(BELL_QUEUE, {
    connection,
    prefix: queuePrefix(namespace, BELL_QUEUE),
    settings: { repeatStrategy: ringAfter },
    // Otherwise the first call waits, without end, for a Redis that was away when this process started.
    skipWaitingForReady: true,
    skipVersionCheck: true,
  })
  // Whoever opened the connection hears of its errors.
  queue.on('error', () => undefined)
  return {
    async hang({ schedules, known, now }) {
      const hanging = new Map((await queue.getJobSchedulers()).map((bell) => [bell.key, bell]))
      const on = schedules.filter(({ nextDueAt }) => nextDueAt !== null)
      const missing = on.filter((schedule) => known.has(schedule.name) && !rings(hanging.get(schedule.name), { schedule, now }))
      const names = new Set(on.map(({ name }) => name))
      const needless = [...hanging.keys()].filter((name) => !names.has(name))
      const changes = [...missing.map((schedule) => () => hangOne(schedule)), ...needless.map((name) => () => takeDown(name))]
      const changed = await Promise.allSettled(changes.map((change) => change()))
      for (const one of changed) if (one.status === 'rejected') throw one.reason
      return changed.length
    },
    close: () => queue.close(),
  }

  async function hangOne(schedule: Schedule): Promise<void> {
    const { name, cron, timeZone } = schedule
    const opts = { removeOnComplete: true, removeOnFail: true }
    await queue.upsertJobScheduler(name, { pattern: cron.value, tz: timeZone.value }, { name: 'bell', data: { name }, opts })
  }

  async function takeDown(name: string): Promise<void> {
    await queue.removeJobScheduler(name)
  }
}

function rings(bell: JobSchedulerJson<BellJob> | undefined, { schedule, now }: { schedule: Schedule; now: EpochMs }): boolean {
  if (!bell || bell.pattern !== schedule.cron.value || bell.tz !== schedule.timeZone.value) return false
  return bell.next !== undefined && bell.next > now - LOST_AFTER_MS
}

/** BullMQ asks it for the next ring, so that bells and due times are of one mind. */
function ringAfter(millis: number, { pattern = '', tz = 'UTC' }: { readonly pattern?: string; readonly tz?: string }): number {
  return nextDueAfter({ cron: pattern, timeZone: tz }, millis)
}

export interface BellListener {
  /** Waits for the ring that is being served. Without end while Redis is away: put a deadline on it. */
  close(): Promise<void>
}

/**
 * Calls `onRing` when a bell rings, in one of the processes that listen.
 * @param connection one that retries for ever; the caller closes it
 */
export function listenToBells({
  connection,
  namespace,
  onRing,
  onError,
}: {
  readonly connection: RedisConnection
  readonly namespace: string
  readonly onRing: () => Promise<unknown>
  readonly onError: (error: Error) => void
}): BellListener {
  const worker = new Worker<BellJob>(
    BELL_QUEUE,
    async () => {
      // What a bell could not begin, the next look does; and BullMQ would keep the error's words in clear.
      await onRing().catch((error: unknown) => onError(error instanceof Error ? error : new Error(String(error))))
    },
    { connection, prefix: queuePrefix(namespace, BELL_QUEUE), settings: { repeatStrategy: ringAfter } },
  )
  worker.on('error', onError)
  return { close: () => worker.close() }
}
