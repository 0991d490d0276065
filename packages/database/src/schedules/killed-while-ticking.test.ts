import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { createFireDue, createIds, createReconcile, createStateToday, ensureSchedules } from '@rollcall/engine'
import { createInMemoryGate, createInMemoryQueue, createVirtualClock } from '@rollcall/engine/testing'
import { T0 } from '@rollcall/engine/testing/ledger-contract'
import { statusSyncSchedules } from '@rollcall/status-sync'
import { describe, expect, onTestFinished, test } from 'vitest'
import { testDialects } from '../testing/test-dialects.ts'

const ticking = fileURLToPath(new URL('../testing/ticking-process.ts', import.meta.url))
const MINUTE_MS = 60_000
const NAME = 'userStatusSync'
const MINUTES = 240
const KILLS = 3
const TICKS_BEFORE_KILL = 8

/** Resolves when it is over; one that is to die is killed wherever it stands after so many ticks. @returns whether it was */
async function tick({ url, dies }: { readonly url: string; readonly dies: boolean }): Promise<boolean> {
  const child = spawn(process.execPath, [ticking, url, String(T0 + MINUTES * MINUTE_MS)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const closed = once(child, 'close')
  let lines = 0
  for await (const _line of createInterface(child.stdout)) {
    lines += 1
    if (dies && lines === TICKS_BEFORE_KILL) child.kill('SIGKILL')
  }
  const [code, signal] = await closed
  if (signal !== 'SIGKILL' && code !== 0) throw new Error(`A process that served the schedule ended with ${code}.`)
  return signal === 'SIGKILL'
}

describe.each(testDialects)('processes that are killed while they serve a schedule over $dialect', ({ open }) => {
  test('leave every due time in one tick, and every tick its run', { timeout: 120_000 }, async () => {
    const { url, database, cleanup } = await open()
    onTestFinished(cleanup)
    await database.schedules.add({
      name: NAME,
      cron: { value: '* * * * *', source: 'default' },
      timeZone: { value: 'UTC', source: 'default' },
      enabled: { value: true, source: 'default' },
      settings: {},
      nextDueAt: T0,
      createdAt: T0,
      createdBy: 'test',
    })
    let killed = 0
    const mortal = async () => {
      for (let kill = 0; kill < KILLS; kill += 1) if (await tick({ url, dies: true })) killed += 1
    }
    await Promise.all([mortal(), mortal()])
    expect(killed).toBeGreaterThan(1)
    await tick({ url, dies: false })

    const ticks = (await database.schedules.ticks({ schedule: NAME, before: null, limit: 1_000 })).toReversed()
    const served = ticks.flatMap(({ dueAt, missed }) =>
      Array.from({ length: missed + 1 }, (_none, before) => dueAt - (missed - before) * MINUTE_MS),
    )
    expect(served).toEqual(Array.from({ length: MINUTES + 1 }, (_none, minute) => T0 + minute * MINUTE_MS))
    expect(ticks.filter(({ missed }) => missed > 0)).not.toEqual([])
    const started = ticks.filter(({ outcome }) => outcome === 'started').map(({ runUuid }) => runUuid)
    const runs = await database.prisma.run.findMany({ select: { uuid: true } })
    expect(runs.map(({ uuid }) => uuid).sort()).toEqual(started.toSorted())
    for (const { runUuid } of ticks) expect(started).toContain(runUuid)
  })

  test('before the run of a tick has its job leave that to reconcile', async () => {
    const { database, cleanup } = await open()
    onTestFinished(cleanup)
    const clock = createVirtualClock()
    const queue = createInMemoryQueue(clock)
    const deps = {
      schedules: database.schedules,
      definitions: statusSyncSchedules,
      clock,
      newId: createIds(clock),
      notify: () => undefined,
    }
    await ensureSchedules({ definitions: statusSyncSchedules, environment: {}, by: 'test' }, deps)
    const { ledger, leases, closures } = database
    const reconcile = createReconcile({
      ...{ ledger, leases, closures, clock, dispatcher: queue, gate: createInMemoryGate(), resources: [], instance: 'test' },
      ...{ notify: () => undefined, stateToday: createStateToday(statusSyncSchedules.map(({ process }) => process)) },
    })
    await reconcile()

    clock.moveTo(clock.now() + 24 * 60 * MINUTE_MS)
    const killed = createFireDue({ ...deps, dispatcher: { enqueue: async () => Promise.reject(new Error('killed')) } })
    const runs = (await killed()).map(({ runUuid }) => runUuid).toSorted()
    expect(runs).toHaveLength(statusSyncSchedules.filter(({ defaults }) => defaults.enabled).length)
    expect(queue.jobs()).toEqual([])
    clock.moveTo(clock.now() + 2 * MINUTE_MS)
    expect(await reconcile()).toMatchObject({ restored: runs.length, stranded: 0 })
    expect(
      queue
        .jobs()
        .map(({ job }) => job.uuid)
        .toSorted(),
    ).toEqual(runs)
  })
})
