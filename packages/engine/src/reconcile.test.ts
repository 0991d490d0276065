import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { defineProcess } from './define-process.ts'
import type { StateJob } from './dispatcher.ts'
import type { DueRun } from './ledger.ts'
import type { Notice } from './notice.ts'
import { createReconcile, createStateToday, type ReconcileDeps } from './reconcile.ts'
import { CLOSED_BY_OPERATOR, FLEET, PROBE_EVERY_MS } from './resources.ts'
import { asker } from './test-support/asker.ts'
import { createInMemoryClosures } from './testing/in-memory-closures.ts'
import { createInMemoryGate } from './testing/in-memory-gate.ts'
import { createInMemoryLeases } from './testing/in-memory-leases.ts'
import { createVirtualClock } from './testing/virtual-clock.ts'

const MINUTE = 60_000
const process = defineProcess({
  name: 'sample',
  input: z.object({}),
  about: () => ({ type: 'T', subjectId: 's', subjectName: null, scopeId: null }),
  start: 'A',
  states: { A: { worker: 'create', next: { done: 'COMPLETED' } } },
  renamed: { OLD: 'A' },
})

/** A ledger with nothing but overdue runs, a queue that has none of their jobs, and a note of whatever was asked of them. */
function arrange({ overdue = [], instance = 'one' }: { overdue?: readonly DueRun[]; instance?: string } = {}) {
  const clock = createVirtualClock()
  const leases = createInMemoryLeases(clock)
  const closures = createInMemoryClosures()
  const gate = createInMemoryGate()
  const restored: StateJob[][] = []
  const notices: Notice[] = []
  let forgetful = false
  let flushes = 0
  let failing = (_jobs: readonly StateJob[]) => false
  const deps: ReconcileDeps = {
    ledger: {
      due: async ({ before, after, limit }) => {
        if (Number.isNaN(new Date(before).getTime())) throw new Error(`${before} is no time that SQL knows.`)
        const from = after ? overdue.findIndex((run) => run.uuid === after.uuid) + 1 : 0
        return overdue.filter((run) => run.dueAt < before).slice(from, from + limit)
      },
    },
    dispatcher: {
      async restore(jobs) {
        if (failing(jobs)) throw new Error('Redis is away')
        restored.push([...jobs])
        return jobs.length
      },
      isForgetful: async () => forgetful,
      beginRemembering: async () => String(flushes),
      async remember(note) {
        if (note !== String(flushes)) return false
        forgetful = false
        return true
      },
    },
    leases,
    closures,
    gate,
    clock,
    notify: (notice) => void notices.push(notice),
    instance,
    resources: ['graph'],
    stateToday: createStateToday([process]),
  }
  return {
    clock,
    leases,
    closures,
    gate,
    notices,
    deps,
    restoredUuids: () => restored.flat().map((job) => job.uuid),
    restored,
    forget: () => {
      forgetful = true
      flushes += 1
    },
    isForgetful: () => forgetful,
    failWhen: (predicate: typeof failing) => {
      failing = predicate
    },
  }
}

function overdueRuns(count: number, dueAt: number, changes: Partial<DueRun> = {}): DueRun[] {
  return Array.from({ length: count }, (_, index) => ({
    uuid: `run-${String(index).padStart(6, '0')}`,
    process: 'sample',
    state: 'A',
    version: 3,
    priority: 7,
    dueAt: dueAt + index,
    ...changes,
  }))
}

const now = createVirtualClock().now()

describe('a pass of reconcile', () => {
  test('restores what is overdue by more than a minute, ready to run and marked as possibly begun', async () => {
    const overdue = [...overdueRuns(1, now - MINUTE - 1), ...overdueRuns(1, now - MINUTE + 1, { uuid: 'younger' })]
    const { deps, restored } = arrange({ overdue })
    expect(await createReconcile(deps)()).toEqual({ examined: 1, restored: 1, stranded: 0, flushed: false })
    expect(restored).toEqual([[{ process: 'sample', state: 'A', uuid: 'run-000000', version: 3, priority: 7, delayMs: 0, again: true }]])
  })

  test('knows a state by the name that it had in an earlier release', async () => {
    const { deps, restored } = arrange({ overdue: overdueRuns(1, now - 2 * MINUTE, { state: 'OLD' }) })
    await createReconcile(deps)()
    expect(restored).toMatchObject([[{ state: 'A' }]])
  })

  test('tells of live runs that no process of the fleet knows, and sees to the others', async () => {
    const overdue = [
      ...overdueRuns(1, now - 2 * MINUTE, { uuid: 'a', state: 'GONE' }),
      ...overdueRuns(1, now - 2 * MINUTE, { uuid: 'b', process: 'retired' }),
      ...overdueRuns(1, now - 2 * MINUTE, { uuid: 'c' }),
    ]
    const { deps, notices, restoredUuids } = arrange({ overdue })
    expect(await createReconcile(deps)()).toMatchObject({ examined: 3, restored: 1, stranded: 2 })
    expect(restoredUuids()).toEqual(['c'])
    expect(notices.find((notice) => notice.kind === 'unexpected')).toMatchInlineSnapshot(`
      {
        "kind": "unexpected",
        "message": "2 live runs stand in a state that no process of this fleet has. Deploy the release that knows them, or add the state to \`renamed\`.",
        "run": null,
      }
    `)
  })

  test('closes again what a row in SQL says is closed', async () => {
    const { clock, closures, deps, gate } = arrange()
    const closure = { resource: 'graph', errorCode: 'X', cause: 'x', closedAt: clock.now(), closedBy: 'one' }
    await closures.close(closure, null)
    await createReconcile(deps)()
    expect(await gate.enter({ resource: 'graph', tokens: 1, ...asker, now: clock.now() })).toMatchObject({ kind: 'wait', closed: true })
  })

  test('lets no probe into what an operator closed', async () => {
    const { clock, closures, deps, gate } = arrange()
    const closure = { resource: 'graph', errorCode: CLOSED_BY_OPERATOR, cause: 'x', closedAt: clock.now(), closedBy: 'an operator' }
    await closures.close(closure, null)
    await createReconcile(deps)()
    clock.moveTo(clock.now() + 2 * PROBE_EVERY_MS)
    expect(await gate.enter({ resource: 'graph', tokens: 1, ...asker, now: clock.now() })).toMatchObject({ kind: 'wait', closed: true })
  })

  test('opens a gate that no row in SQL says is closed: whoever reopened it could not reach Redis', async () => {
    const { clock, deps, gate } = arrange()
    await gate.close({ resource: 'graph', probeEveryMs: PROBE_EVERY_MS, now: clock.now() })
    await createReconcile(deps)()
    expect(await gate.isClosed({ resource: 'graph' })).toBe(false)
  })

  test('leaves a gate alone that is open, and one that was closed while it looked', async () => {
    const { clock, closures, deps, gate } = arrange()
    const said: string[] = []
    const closure = { resource: 'graph', errorCode: 'X', cause: 'x', closedAt: clock.now(), closedBy: 'one' }
    const spied: ReconcileDeps = {
      ...deps,
      gate: { ...gate, reopen: async ({ resource }) => void said.push(resource) },
      closures: {
        async list() {
          const standing = await closures.list()
          await closures.close(closure, null)
          await gate.close({ resource: 'graph', probeEveryMs: PROBE_EVERY_MS, now: clock.now() })
          return standing
        },
      },
    }
    await createReconcile(spied)()
    expect(said).toEqual([])
    expect(await gate.isClosed({ resource: 'graph' })).toBe(true)
  })

  test('has no gate for the whole fleet, which stands in SQL alone', async () => {
    const { clock, closures, deps, gate } = arrange()
    await closures.close({ resource: FLEET, errorCode: 'X', cause: 'x', closedAt: clock.now(), closedBy: 'one' }, null)
    await createReconcile(deps)()
    expect(await gate.isClosed({ resource: FLEET })).toBe(false)
  })

  test('does nothing while another instance holds the lease, and takes over when it has run out', async () => {
    const { clock, deps, leases, restored } = arrange({ overdue: overdueRuns(1, now - 2 * MINUTE) })
    await leases.acquire({ name: 'reconcile', holder: 'two', forMs: MINUTE })
    const reconcile = createReconcile(deps)
    expect(await reconcile()).toBeNull()
    expect(restored).toEqual([])
    clock.moveTo(clock.now() + MINUTE)
    expect(await reconcile()).toMatchObject({ restored: 1 })
  })

  test('never overlaps the previous one, although the lease is the same', async () => {
    const { deps } = arrange({ overdue: overdueRuns(1, now - 2 * MINUTE) })
    const reconcile = createReconcile(deps)
    const [first, second] = await Promise.all([reconcile(), reconcile()])
    expect([first, second]).toEqual([{ examined: 1, restored: 1, stranded: 0, flushed: false }, null])
    expect(await reconcile()).not.toBeNull()
  })

  test('can be tried again after it failed', async () => {
    const { deps, failWhen } = arrange({ overdue: overdueRuns(1, now - 2 * MINUTE) })
    const reconcile = createReconcile(deps)
    failWhen(() => true)
    await expect(reconcile()).rejects.toThrow('Redis is away')
    failWhen(() => false)
    expect(await reconcile()).toMatchObject({ restored: 1 })
  })
})

describe('more overdue runs than a pass takes', () => {
  test('all have their turn: a pass goes on behind the one before it, and starts again from the oldest', async () => {
    const { deps, restoredUuids } = arrange({ overdue: overdueRuns(45_000, now - 60 * MINUTE) })
    const reconcile = createReconcile(deps)
    const passes = [await reconcile(), await reconcile(), await reconcile()]
    expect(passes.map((pass) => pass?.examined)).toEqual([20_000, 20_000, 5_000])
    expect(new Set(restoredUuids()).size).toBe(45_000)
    await reconcile()
    expect(restoredUuids().slice(45_000, 45_001)).toEqual(['run-000000'])
  })

  test('do not wait for a page that cannot be restored, which the pass then tells of', async () => {
    const { deps, failWhen, restoredUuids } = arrange({ overdue: overdueRuns(2_500, now - 60 * MINUTE) })
    failWhen((jobs) => jobs[0]?.uuid === 'run-000000')
    await expect(createReconcile(deps)()).rejects.toThrow('Redis is away')
    expect(restoredUuids()).toHaveLength(1_500)
  })

  test('are left to the instance that took the lease away', async () => {
    const { clock, deps, leases, restoredUuids } = arrange({ overdue: overdueRuns(2_500, now - 60 * MINUTE) })
    const slow: ReconcileDeps = {
      ...deps,
      dispatcher: {
        ...deps.dispatcher,
        async restore(jobs) {
          clock.moveTo(clock.now() + 2 * MINUTE)
          await leases.acquire({ name: 'reconcile', holder: 'two', forMs: MINUTE })
          return deps.dispatcher.restore(jobs)
        },
      },
    }
    expect(await createReconcile(slow)()).toMatchObject({ examined: 1_000 })
    expect(restoredUuids()).toHaveLength(1_000)
  })
})

describe('after a flush of Redis', () => {
  test('every live run is seen to in one pass, those of tomorrow with their delay, and the queue counts as filled again', async () => {
    const overdue = [...overdueRuns(24_999, now - 60 * MINUTE), ...overdueRuns(1, now + 24 * 60 * MINUTE, { uuid: 'tomorrow' })]
    const { deps, forget, isForgetful, restored } = arrange({ overdue })
    forget()
    expect(await createReconcile(deps)()).toMatchObject({ examined: 25_000, restored: 25_000, flushed: true })
    expect(restored.flat().at(-1)).toMatchObject({ uuid: 'tomorrow', delayMs: 24 * 60 * MINUTE })
    expect(isForgetful()).toBe(false)
  })

  test('the queue counts as forgetful until a walk has come through', async () => {
    const { deps, failWhen, forget, isForgetful, restoredUuids } = arrange({ overdue: overdueRuns(1_500, now - 60 * MINUTE) })
    forget()
    failWhen((jobs) => jobs[0]?.uuid === 'run-000000')
    const reconcile = createReconcile(deps)
    await expect(reconcile()).rejects.toThrow('Redis is away')
    expect(isForgetful()).toBe(true)
    failWhen(() => false)
    expect(await reconcile()).toMatchObject({ examined: 1_500, flushed: true })
    expect(isForgetful()).toBe(false)
    expect(new Set(restoredUuids()).size).toBe(1_500)
  })

  test('one more flush in the middle of the walk is noticed, and the next pass walks again', async () => {
    const { deps, failWhen, forget, isForgetful } = arrange({ overdue: overdueRuns(1_500, now - 60 * MINUTE) })
    forget()
    let isFirst = true
    failWhen(() => {
      if (!isFirst) return false
      isFirst = false
      forget()
      return false
    })
    const reconcile = createReconcile(deps)
    expect(await reconcile()).toMatchObject({ examined: 1_500, flushed: true })
    expect(isForgetful()).toBe(true)
    expect(await reconcile()).toMatchObject({ examined: 1_500, flushed: true })
    expect(isForgetful()).toBe(false)
  })
})
