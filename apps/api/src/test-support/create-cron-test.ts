// The API with its jobs set up, and the means to bring their runs where a test wants them, as the workers' engine writes it.
import { createEvent, createIds, ensureSchedules, type Run, type Transition } from '@rollcall/engine'
import type { Answer } from '@rollcall/platform/testing'
import { type NewSyncItem, NO_COUNTERS, type SyncCounters, statusSyncSchedules } from '@rollcall/status-sync'
import type { ApiDeps } from '../api-deps.ts'
import { inputOf } from '../cron/sync-run-view.ts'
import { startTestApi, type TestApi } from './start-test-api.ts'

export interface CronTest extends TestApi {
  /** Of an admin. */
  order(path: string, body?: unknown): Promise<Answer>
  /** Begins a run, and answers its uuid. */
  begun(job: string, body?: object): Promise<string>
  /** Moves a run on, as a worker does. */
  move(uuid: string, change: Partial<Transition>): Promise<void>
  run(uuid: string): Promise<Run>
  /** What a worker writes of a batch. */
  batch(uuid: string, written: { counters?: Partial<SyncCounters>; items?: readonly NewSyncItem[] }): Promise<void>
  audited(target: { targetType: string; targetId: string }): Promise<readonly { readonly action: string; readonly reason: string }[]>
}

export const ENDED = { dueAt: null } as const
export const COMPLETED = { ...ENDED, state: 'COMPLETED', status: 'completed', completion: 'full' } as const
export const PARTIAL = { ...COMPLETED, completion: 'partial' } as const
export const FAILED = { ...ENDED, state: 'FAILED', status: 'failed', errorCode: 'REGISTRATIONS_UNREADABLE' } as const

export async function createCronTest({ redisUrl, deps = {} }: { redisUrl: string; deps?: Partial<ApiDeps> }): Promise<CronTest> {
  const test = await startTestApi({ redisUrl, deps })
  const { clock, database } = test
  const newId = createIds(clock)
  const ensuring = { schedules: database.schedules, clock, newId }
  await ensureSchedules({ definitions: statusSyncSchedules, environment: {}, by: 'worker-sync' }, ensuring)

  async function run(uuid: string): Promise<Run> {
    const found = await database.ledger.find(uuid)
    if (!found) throw new Error(`No run ${uuid}.`)
    return found
  }

  return {
    ...test,
    run,
    order: (path, body = {}) => test.post(path, body, { as: 'admin' }),
    async begun(job, body = {}) {
      const answer = await test.post(`/api/cron/${job}/trigger`, body, { as: 'admin' })
      if (answer.status !== 202) throw new Error(JSON.stringify(answer.body))
      return answer.body.uuid
    },
    async move(uuid, change) {
      const before = await run(uuid)
      const at = clock.now()
      const event = createEvent({
        ...{ id: newId(), at, run: before, operationType: 'WORKED', status: 'success', submitted: null, durationMs: 1 },
      })
      const moved = {
        ...before,
        ...{ expectedVersion: before.version, expectedAttempt: null, version: before.version + 1, status: 'in_progress' as const },
        ...{ stateSince: at, updatedAt: at, events: [event] },
        ...(change.dueAt === null && { liveKey: uuid }),
        ...change,
      }
      const applied = await database.ledger.commit([moved])
      if (!applied.has(uuid)) throw new Error(`The run ${uuid} did not move.`)
    },
    async batch(runUuid, { counters = {}, items = [] }) {
      const standing = await run(runUuid)
      const { config, dryRun } = inputOf(standing)
      const at = clock.now()
      const trigger = 'manual' as const
      const begun = await database.syncRuns.begin({
        ...{ runUuid, job: 'userStatusSync', trigger, dryRun, config, startedAt: at },
      })
      await database.syncRuns.writeBatch({
        ...{ runUuid, expectedVersion: standing.version, expectedBatches: begun.batches, settled: [], verified: [], at },
        decidedThrough: items.at(-1)?.userId ?? null,
        ...{ counters: { ...NO_COUNTERS, ...counters }, items },
      })
    },
    audited: ({ targetType, targetId }) => database.audit.list({ targetType, targetId, limit: 50 }),
  }
}
