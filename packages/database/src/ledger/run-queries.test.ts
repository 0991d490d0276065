import type { RunCursor, RunFilter } from '@rollcall/engine'
import { advance, complete, end, eventOf, insert, newId, newRun, T0 } from '@rollcall/engine/testing/ledger-contract'
import { describe, expect, test } from 'vitest'
import type { Database } from '../create-database.ts'
import { openForTest } from '../testing/open-for-test.ts'
import { testDialects } from '../testing/test-dialects.ts'

/** The uuids of every page, one page after the other. */
async function listAll({ ledger }: Database, { filter = {}, limit = 2 }: { filter?: RunFilter; limit?: number }) {
  const pages: string[][] = []
  let after: RunCursor | null = null
  do {
    const page = await ledger.list(filter, { after, limit })
    pages.push(page.runs.map(({ uuid }) => uuid))
    after = page.next
  } while (after)
  return pages
}

describe.each(testDialects)('questions about runs over $dialect', (dialect) => {
  test('a run is found by its uuid', async () => {
    const database = await openForTest(dialect)
    const run = newRun()
    await insert(database, run)
    expect(await database.ledger.find(run.uuid)).toEqual((await database.ledger.read([run.uuid]))[0])
    expect(await database.ledger.find(newId())).toBeNull()
  })

  test('a run’s history comes in the order of writing', async () => {
    const database = await openForTest(dialect)
    const run = newRun()
    await insert(database, run)
    const events = Array.from({ length: 5 }, (_, index) => eventOf(run, { createdAt: T0 - index, receivedData: { index } }))
    for (const event of events) await database.ledger.append(event)
    expect(await database.ledger.history(run.uuid)).toEqual(events)
  })

  test('a run’s history comes as it happened, although the clocks of those who wrote it differ', async () => {
    const database = await openForTest(dialect)
    const run = newRun()
    await insert(database, run)
    const [third = '', second = '', first = ''] = [newId(), newId(), newId()].toSorted()
    const happened = [
      eventOf(run, { id: first, version: 1, attempt: 0 }),
      eventOf(run, { id: second, version: 1, attempt: 1 }),
      eventOf(run, { id: third, version: 2, attempt: 0 }),
    ]
    for (const event of happened) await database.ledger.append(event)
    expect(await database.ledger.history(run.uuid)).toEqual(happened)
  })

  test('lists come newest first, page by page, with no run twice and none left out', async () => {
    const database = await openForTest(dialect)
    const runs = [1, 3, 3, 3, 2].map((minute) => newRun({ createdAt: T0 + minute }))
    await insert(database, ...runs)
    const expected = runs.toSorted((a, b) => b.createdAt - a.createdAt || (a.uuid < b.uuid ? 1 : -1)).map(({ uuid }) => uuid)
    expect(await listAll(database, {})).toEqual([expected.slice(0, 2), expected.slice(2, 4), expected.slice(4)])
    expect(await listAll(database, { limit: 5 })).toEqual([expected])
  })

  test('lists are narrowed by every filter, alone and together', async () => {
    const database = await openForTest(dialect)
    const groupUuid = newId()
    const runs = [
      newRun({ createdAt: T0, groupUuid }),
      newRun({ createdAt: T0 + 1, process: 're-enroll' }),
      newRun({ createdAt: T0 + 2, subjectId: 'p2', groupUuid }),
      newRun({ createdAt: T0 + 3, scopeId: 's2' }),
      newRun({ createdAt: T0 + 4 }),
    ] as const
    await insert(database, ...runs)
    await database.ledger.commit([advance(runs[1]), end(runs[4], { errorCode: 'X_BROKE' })])
    const found = async (filter: RunFilter) => {
      const uuids = (await listAll(database, { filter })).flat()
      return runs.flatMap(({ uuid }, index) => (uuids.includes(uuid) ? [index] : []))
    }

    expect(await found({ process: 're-enroll' })).toEqual([1])
    expect(await found({ exceptProcess: 're-enroll' })).toEqual([0, 2, 3, 4])
    expect(await found({ state: 'FIRST' })).toEqual([0, 2, 3])
    expect(await found({ status: 'failed' })).toEqual([4])
    expect(await found({ groupUuid })).toEqual([0, 2])
    expect(await found({ subjectId: 'p2' })).toEqual([2])
    expect(await found({ scopeId: 's2' })).toEqual([3])
    expect(await found({ errorCode: 'X_BROKE' })).toEqual([4])
    expect(await found({ createdFrom: T0 + 1, createdTo: T0 + 3 })).toEqual([1, 2])
    expect(await found({ process: 'account-create', status: 'new', createdFrom: T0 + 1 })).toEqual([2, 3])
    expect(await found({ status: 'failed', groupUuid })).toEqual([])
  })

  test('a group is summed up by state, status and completion', async () => {
    const database = await openForTest(dialect)
    const groupUuid = newId()
    const runs = Array.from({ length: 5 }, () => newRun({ groupUuid }))
    const [a, b, c] = runs
    await insert(database, ...runs, newRun())
    if (a && b && c) await database.ledger.commit([complete(a), complete(b, { completion: 'partial' }), end(c)])

    const { total, counts } = await database.ledger.groupCounts(groupUuid)

    expect(total).toBe(5)
    expect(counts).toHaveLength(4)
    expect(counts).toEqual(
      expect.arrayContaining([
        { state: 'FIRST', status: 'new', completion: null, count: 2 },
        { state: 'COMPLETED', status: 'completed', completion: 'full', count: 1 },
        { state: 'COMPLETED', status: 'completed', completion: 'partial', count: 1 },
        { state: 'FAILED', status: 'failed', completion: null, count: 1 },
      ]),
    )
    expect(await database.ledger.groupCounts(newId())).toEqual({ total: 0, counts: [] })
  })
})
