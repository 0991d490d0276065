import { describe, expect, test } from 'vitest'
import type { EventCursor, FleetEventFilter } from '../../run-queries.ts'
import { end, eventOf, insert, newId, newRun, opened, T0 } from './builders.ts'
import type { LedgerUnderTest, OpenLedger } from './ledger-contract.ts'

const HOUR = { from: T0, to: T0 + 3_600_000 }

/** Runs of two processes whose events happened 30, 10, 20 and 10 ms after T0, in this order of writing. */
async function withEvents(tested: LedgerUnderTest) {
  const [person, place] = [newRun(), newRun({ process: 're-enroll' })]
  await insert(tested, person, place)
  const events = [
    eventOf(person, { createdAt: T0 + 30, state: 'SECOND', status: 'failed', errorCode: 'X_BUSY', errorMessage: 'Калина Примерова' }),
    eventOf(person, { createdAt: T0 + 10, submittedData: { name: 'Калина' }, receivedData: { id: '7' } }),
    eventOf(place, { createdAt: T0 + 20, attempt: 2, durationMs: null, count: 4, status: 'not_yet' }),
    eventOf(person, { createdAt: T0 + 10 }),
  ] as const
  for (const event of events) await tested.ledger.append(event)
  const [third, first, middle, second] = events
  return { person, place, inOrder: [first, second, middle, third].map(({ id }) => id), busy: third, waiting: middle }
}

export function describeWatching(open: OpenLedger): void {
  describe('latestEvents', () => {
    test('goes through the events of all runs as they happened, page by page', async () => {
      const tested = await opened(open)
      const { inOrder } = await withEvents(tested)
      const seen: string[] = []
      for (let after: EventCursor | null = { createdAt: T0, id: newId() }; after; ) {
        const page = await tested.ledger.latestEvents({}, { ...HOUR, after, limit: 2 })
        if (page.events.length === 0) break
        seen.push(...page.events.map(({ id }) => id))
        after = page.next
      }
      expect(seen).toEqual(inOrder)
    })

    test('begins with the newest ones, in the same order, and goes on from there', async () => {
      const tested = await opened(open)
      const { inOrder, person } = await withEvents(tested)
      const { events, next } = await tested.ledger.latestEvents({}, { ...HOUR, after: null, limit: 3 })
      expect(events.map(({ id }) => id)).toEqual(inOrder.slice(1))

      const later = eventOf(person, { createdAt: T0 + 31 })
      await tested.ledger.append(later)
      const { events: more } = await tested.ledger.latestEvents({}, { ...HOUR, after: next, limit: 3 })
      expect(more.map(({ id }) => id)).toEqual([later.id])
    })

    test('shows whose event it is and what came of it, and no data', async () => {
      const tested = await opened(open)
      const { busy } = await withEvents(tested)
      const { events } = await tested.ledger.latestEvents({}, { ...HOUR, after: null, limit: 1 })
      const { submittedData, receivedData, errorMessage, ...shown } = busy
      expect(events).toEqual([{ ...shown, process: 'account-create' }])
    })

    test('is narrowed by process, by state, and to errors', async () => {
      const tested = await opened(open)
      const { busy, waiting, inOrder } = await withEvents(tested)
      const found = async (filter: FleetEventFilter) => {
        const { events } = await tested.ledger.latestEvents(filter, { ...HOUR, after: null, limit: 10 })
        return events.map(({ id }) => id)
      }
      expect(await found({ process: 're-enroll' })).toEqual([waiting.id])
      expect(await found({ state: 'FIRST' })).toEqual(inOrder.slice(0, 3))
      expect(await found({ errors: true })).toEqual([busy.id])
      expect(await found({ errors: true, process: 're-enroll' })).toEqual([])
    })

    test('goes on behind what a filter left out', async () => {
      const tested = await opened(open)
      const { waiting } = await withEvents(tested)
      const before = { createdAt: T0, id: newId() }
      const first = await tested.ledger.latestEvents({ process: 're-enroll' }, { ...HOUR, after: before, limit: 2 })
      const second = await tested.ledger.latestEvents({ process: 're-enroll' }, { ...HOUR, after: first.next, limit: 2 })
      expect([first.events, second.events.map(({ id }) => id)]).toEqual([[], [waiting.id]])
    })

    test('keeps to the time that it is given, and stays where it is when nothing happens', async () => {
      const tested = await opened(open)
      const { inOrder } = await withEvents(tested)
      const { events } = await tested.ledger.latestEvents({}, { from: T0 + 11, to: T0 + 30, after: null, limit: 10 })
      expect(events.map(({ id }) => id)).toEqual(inOrder.slice(2, 3))
      const after = { createdAt: T0 + 60, id: newId() }
      expect(await tested.ledger.latestEvents({}, { ...HOUR, after, limit: 10 })).toEqual({ events: [], next: after })
      expect(await tested.ledger.latestEvents({}, { from: T0 + 60, to: T0 + 70, after: null, limit: 10 })).toEqual({
        events: [],
        next: null,
      })
    })
  })

  describe('failuresSince', () => {
    test('counts the runs that failed since then, by process and reason', async () => {
      const tested = await opened(open)
      const runs = Array.from({ length: 4 }, () => newRun())
      const [place, canary, live] = [newRun({ process: 're-enroll' }), newRun({ process: 'canary' }), newRun()]
      const [a, b, early, other] = runs
      await insert(tested, ...runs, place, canary, live)
      if (a && b && early && other)
        await tested.ledger.commit([
          end(a, { errorCode: 'X_BUSY', stateSince: T0 + 100 }),
          end(b, { errorCode: 'X_BUSY', stateSince: T0 + 200 }),
          end(early, { errorCode: 'X_BUSY', stateSince: T0 + 99 }),
          end(other, { errorCode: 'X_BROKE', stateSince: T0 + 100 }),
          end(place, { errorCode: 'X_BUSY', stateSince: T0 + 100 }),
          end(canary, { errorCode: 'X_BUSY', stateSince: T0 + 100 }),
        ])

      const counts = await tested.ledger.failuresSince({ since: T0 + 100, processes: ['account-create', 're-enroll'] })

      expect(counts).toHaveLength(3)
      expect(counts).toEqual(
        expect.arrayContaining([
          { process: 'account-create', errorCode: 'X_BUSY', count: 2 },
          { process: 'account-create', errorCode: 'X_BROKE', count: 1 },
          { process: 're-enroll', errorCode: 'X_BUSY', count: 1 },
        ]),
      )
    })
  })
}
