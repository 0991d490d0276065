import { describe, expect, test } from 'vitest'
import { advance, complete, end, insert, newRun, opened, read, T0 } from './builders.ts'
import type { OpenLedger } from './ledger-contract.ts'

export function describeSweeping(open: OpenLedger): void {
  describe('due', () => {
    test('answers live runs that are overdue, in the order (dueAt, uuid), page by page', async () => {
      const tested = await opened(open)
      const runs = [30, 10, 20, 10, 20, 40].map((late) => newRun({ dueAt: T0 + late }))
      await insert(tested, ...runs)
      const expected = runs
        .filter(({ dueAt }) => dueAt < T0 + 40)
        .toSorted((a, b) => a.dueAt - b.dueAt || (a.uuid < b.uuid ? -1 : 1))
        .map(({ uuid }) => uuid)

      const seen: string[] = []
      for (let after = null; ; ) {
        const page = await tested.ledger.due({ before: T0 + 40, after, limit: 2 })
        const last = page.at(-1)
        if (!last) break
        seen.push(...page.map(({ uuid }) => uuid))
        after = { dueAt: last.dueAt, uuid: last.uuid }
      }

      expect(seen).toEqual(expected)
    })

    test('answers what a job is made of, and passes over ended runs', async () => {
      const tested = await opened(open)
      const [live, ended] = [newRun({ priority: 3 }), newRun()]
      await insert(tested, live, ended)
      await tested.ledger.commit([end(ended)])

      const [run, ...others] = await tested.ledger.due({ before: T0 + 1, after: null, limit: 10 })

      expect(run).toMatchObject({ uuid: live.uuid, process: live.process, state: 'FIRST', version: 1, priority: 3, dueAt: T0 })
      expect(others).toEqual([])
    })
  })

  describe('backlog', () => {
    test('counts live runs by state and tells since when the oldest waits', async () => {
      const tested = await opened(open)
      const runs = Array.from({ length: 4 }, (_, index) => newRun({ createdAt: T0 + index }))
      const ended = newRun()
      await insert(tested, ...runs, ended)
      await tested.ledger.commit([...runs.slice(2).map((run) => advance(run, { status: 'polling' })), complete(ended)])

      const backlog = await tested.ledger.backlog()

      expect(backlog.toSorted((a, b) => (a.state < b.state ? -1 : 1))).toEqual([
        { process: 'account-create', state: 'FIRST', status: 'new', count: 2, oldestSince: T0 },
        { process: 'account-create', state: 'SECOND', status: 'polling', count: 2, oldestSince: T0 + 500 },
      ])
    })
  })

  describe('openRuns', () => {
    test('counts the live runs of each school that is asked for', async () => {
      const tested = await opened(open)
      const [a, b, c, ended] = [newRun({ scopeId: 'a' }), newRun({ scopeId: 'a' }), newRun({ scopeId: 'b' }), newRun({ scopeId: 'a' })]
      await insert(tested, a, b, c, ended, newRun({ scopeId: 'not asked for' }), newRun({ scopeId: null }))
      await tested.ledger.commit([advance(b, { status: 'polling' }), complete(ended)])

      expect(await tested.ledger.openRuns(['a', 'b', 'a', 'none', 'A'])).toEqual(
        new Map([
          ['a', 2],
          ['b', 1],
        ]),
      )
      expect(await tested.ledger.openRuns([])).toEqual(new Map())
    })
  })

  describe('shiftStateSince', () => {
    test('gives live runs of these states the time that they were kept waiting', async () => {
      const tested = await opened(open)
      const [before, during, after] = [newRun(), newRun({ createdAt: T0 + 300 }), newRun({ createdAt: T0 + 5_000 })]
      const [elsewhere, ended] = [newRun({ state: 'OTHER' }), newRun()]
      await insert(tested, before, during, after, elsewhere, ended)
      await tested.ledger.commit([end(ended, { state: 'FIRST' })])

      await tested.ledger.shiftStateSince({ states: [{ process: 'account-create', state: 'FIRST' }], closedAt: T0 + 100, byMs: 1_000 })

      expect((await read(tested, before)).stateSince).toBe(T0 + 1_000)
      expect((await read(tested, during)).stateSince).toBe(T0 + 1_100)
      expect((await read(tested, after)).stateSince).toBe(T0 + 5_000)
      expect((await read(tested, elsewhere)).stateSince).toBe(T0)
      expect((await read(tested, ended)).stateSince).toBe(T0 + 500)
    })
  })

  describe('deleteEnded', () => {
    test('deletes what ended before a time, of one process, up to the limit', async () => {
      const tested = await opened(open)
      const canaries = Array.from({ length: 3 }, () => newRun({ process: 'canary' }))
      const [recent, live, person] = [newRun({ process: 'canary' }), newRun({ process: 'canary' }), newRun()]
      const all = [...canaries, recent, live, person]
      await insert(tested, ...all)
      await tested.ledger.commit([
        ...canaries.map((run) => complete(run)),
        complete(recent, { updatedAt: T0 + 5_000 }),
        complete(person),
        advance(live),
      ])
      const sweep = () => tested.ledger.deleteEnded({ process: 'canary', before: T0 + 1_000, limit: 2 })

      expect([await sweep(), await sweep(), await sweep()]).toEqual([2, 1, 0])

      const left = await tested.ledger.read(all.map(({ uuid }) => uuid))
      expect(left.map(({ uuid }) => uuid).sort()).toEqual([recent.uuid, live.uuid, person.uuid].sort())
      expect(await Promise.all(canaries.map(({ uuid }) => tested.history(uuid)))).toEqual([[], [], []])
      expect(await tested.history(person.uuid)).toHaveLength(1)
    })
  })
}
