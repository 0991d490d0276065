import { createIds, type NewRun, type Transition } from '@rollcall/engine'
import { expect, onTestFinished, test } from 'vitest'
import { openSqlite } from '../sqlite/connection.ts'
import { createTestDatabase } from '../testing/create-test-database.ts'
import { applyPrepared, prepareTransition } from './sqlite-apply.ts'

const T0 = Date.UTC(2026, 0, 5, 8)
const newId = createIds({ now: () => T0 })

const SELDOM = { status: 'polling', errorCode: 'X_BUSY', liveKey: 'another key' } as const
const SUBSETS: readonly (keyof typeof SELDOM)[][] = [
  ...[[], ['status'], ['errorCode'], ['liveKey']],
  ...[
    ['status', 'errorCode'],
    ['status', 'liveKey'],
    ['errorCode', 'liveKey'],
  ],
  ['status', 'errorCode', 'liveKey'],
] as (keyof typeof SELDOM)[][]

async function arrange() {
  const { cleanup, database, url } = await createTestDatabase()
  const connection = await openSqlite({ file: url.slice('file:'.length) })
  onTestFinished(async () => {
    await connection.close()
    await cleanup()
  })
  const run: NewRun = {
    ...{ uuid: newId(), groupUuid: newId(), process: 'p', type: 'T', state: 'FIRST', input: {}, liveKey: 'a key', priority: 1 },
    ...{ subjectId: 'p1', subjectName: null, scopeId: 's1', requestedBy: 'test', createdAt: T0, dueAt: T0 },
  }
  await database.ledger.accept({ groupUuid: run.groupUuid, request: null, runs: [run] })
  const transition: Transition = {
    ...{ uuid: run.uuid, expectedVersion: 1, expectedAttempt: null, state: 'SECOND', status: 'new', completion: null, version: 2 },
    ...{ attempt: 0, dueAt: T0 + 1, result: { FIRST: 1 }, pollingUuid: 'handle', lastOperationStatus: 'success', errorCode: null },
    ...{ errorMessage: null, liveKey: run.liveKey, stateSince: T0 + 2, updatedAt: T0 + 3, events: [] },
  }
  const apply = (one: Transition) => connection.transaction(() => applyPrepared(connection, prepareTransition(one)))
  return { apply, run, transition, read: async () => (await database.ledger.read([run.uuid]))[0] }
}

test.each(SUBSETS.map((columns) => [columns.join(' and ') || 'none of the seldom changed columns', columns] as const))(
  'writes the whole after-image where %s differs',
  async (_title, columns) => {
    const { apply, read, transition } = await arrange()
    const { expectedAttempt, expectedVersion, events, ...image } = {
      ...transition,
      ...Object.fromEntries(columns.map((column) => [column, SELDOM[column]])),
    }
    expect(await apply({ ...image, expectedAttempt, expectedVersion, events })).toBe(true)
    expect(await read()).toMatchObject(image)
  },
)

test('touches nothing where the version or the attempt no longer stands', async () => {
  const { apply, read, transition } = await arrange()
  const before = await read()
  expect(await apply({ ...transition, expectedVersion: 2 })).toBe(false)
  expect(await apply({ ...transition, expectedAttempt: 1 })).toBe(false)
  expect(await read()).toEqual(before)
})
