// A disk without room for one more page, as SQLite itself tells of it: every write says that the database is away, and nothing is half written.
import { type Ledger, LedgerUnavailableError } from '@rollcall/engine'
import { advance, auditOf, end, eventOf, insert, newId, newRun, read, T0 } from '@rollcall/engine/testing/ledger-contract'
import { expect, onTestFinished, test } from 'vitest'
import { createTestDatabase } from './testing/create-test-database.ts'

const LARGE = { text: 'x'.repeat(500_000) }
const ENOUGH_PAGES = 1_000_000

async function arrange() {
  const { database, cleanup } = await createTestDatabase()
  onTestFinished(cleanup)
  const pragma = async (text: string) => Object.values((await database.prisma.$queryRawUnsafe<object[]>(`PRAGMA ${text}`))[0] ?? {})[0]
  const [live, failed, other] = [newRun(), newRun(), newRun()]
  await insert(database, live, failed, other)
  await database.ledger.commit([end(failed)])
  const everything = async () => ({
    runs: await database.prisma.run.findMany({ orderBy: { uuid: 'asc' } }),
    events: await database.prisma.runEvent.findMany({ orderBy: { id: 'asc' } }),
    requests: await database.prisma.request.count(),
    orders: await database.prisma.auditLog.count(),
  })
  return {
    ...{ database, live, failed, other, everything },
    integrity: () => pragma('integrity_check'),
    fill: async () => void (await pragma(`max_page_count = ${await pragma('page_count')}`)),
    makeRoom: async () => void (await pragma(`max_page_count = ${ENOUGH_PAGES}`)),
  }
}

type Arranged = Awaited<ReturnType<typeof arrange>>

/** Each writes more than the pages at hand can hold, after something that they can. */
const writes: Readonly<Record<string, (ledger: Ledger, runs: Pick<Arranged, 'live' | 'failed' | 'other'>) => Promise<unknown>>> = {
  accept: (ledger) => ledger.accept({ groupUuid: newId(), request: null, runs: [newRun(), newRun({ input: LARGE })] }),
  commit: (ledger, { live, other }) =>
    ledger.commit([advance(live), advance(other, { events: [eventOf(other, { receivedData: LARGE })] })]),
  commitWith: (ledger, { live }) =>
    ledger.commitWith({ transition: advance(live), write: null, start: [newRun(), newRun({ input: LARGE })] }),
  append: (ledger, { live }) => ledger.append(eventOf(live, { receivedData: LARGE })),
  requestCancel: (ledger, { live }) => ledger.requestCancel({ uuid: live.uuid, at: T0, audit: { ...auditOf(live.uuid), details: LARGE } }),
  replay: (ledger, { failed }) =>
    ledger.replay({
      ...{ uuid: failed.uuid, expectedVersion: 2, state: 'FIRST', input: LARGE, liveKey: failed.liveKey },
      ...{ subjectName: null, scopeId: null, at: T0, event: eventOf(failed, { version: 3 }), audit: auditOf(failed.uuid) },
    }),
}

test.each(Object.keys(writes))('%s is refused whole while the disk is full, and done once there is room', async (name) => {
  const { database, everything, fill, integrity, makeRoom, ...runs } = await arrange()
  const write = () => writes[name]?.(database.ledger, runs)
  const before = await everything()
  await fill()
  await expect(write()).rejects.toThrow(LedgerUnavailableError)
  expect(await everything()).toEqual(before)
  expect(await integrity()).toBe('ok')

  await makeRoom()
  await write()
  expect(await everything()).not.toEqual(before)
})

test('reads are answered while the disk is full', async () => {
  const { database, fill, live } = await arrange()
  await fill()
  expect(await read(database, live)).toMatchObject({ uuid: live.uuid, version: 1 })
})
