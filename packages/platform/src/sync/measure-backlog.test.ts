import { createIds, prepareRun } from '@rollcall/engine'
import { createInMemoryClosures, createInMemoryLedger, createVirtualClock } from '@rollcall/engine/testing'
import { expect, test } from 'vitest'
import { canary } from '../canary/process.ts'
import { createMetrics } from '../create-metrics.ts'
import { measureBacklog } from './measure-backlog.ts'

test('reports the live runs by state, the age of the oldest, and the closed resources; and nothing any more of what is gone', async () => {
  const clock = createVirtualClock()
  const newId = createIds(clock)
  const ledger = createInMemoryLedger()
  const closures = createInMemoryClosures()
  const metrics = createMetrics({ app: 'test', processMetrics: false })
  const started = clock.now()
  const runs = ['a', 'b'].map((fleet) =>
    prepareRun({ process: canary, input: { fleet }, groupUuid: newId(), requestedBy: 'test', priority: 1, now: started, newId }),
  )
  await ledger.accept({ groupUuid: newId(), request: null, runs })
  await closures.close({ resource: 'graph', errorCode: 'DIRECTORY_FORBIDDEN', cause: 'test', closedAt: started, closedBy: 'test' }, null)
  clock.moveTo(started + 90_000)
  const measure = () => measureBacklog({ ledger, closures, clock, metrics })

  await measure()
  const labels = { process: 'canary', state: 'CANARY_CREATE', status: 'new' }
  expect((await metrics.backlogRuns.get()).values).toEqual([{ labels, value: 2 }])
  expect((await metrics.backlogOldestSeconds.get()).values).toEqual([{ labels, value: 90 }])
  expect((await metrics.resourceClosed.get()).values).toEqual([{ labels: { resource: 'graph' }, value: 1 }])

  await ledger.commit(
    runs.map(({ uuid }) => ({
      ...ledger.run(uuid),
      expectedVersion: 1,
      expectedAttempt: null,
      state: 'COMPLETED',
      status: 'completed',
      completion: 'full',
      version: 2,
      dueAt: null,
      liveKey: uuid,
      events: [],
    })),
  )
  await closures.reopen({ resource: 'graph', at: clock.now(), by: 'test', audit: null })
  await measure()
  expect((await metrics.backlogRuns.get()).values).toEqual([])
  expect((await metrics.resourceClosed.get()).values).toEqual([])
})
