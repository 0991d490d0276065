// What counts on SQL Server is the number of messages, so they are counted: a driver of our own stands behind Prisma.
import { DriverAdapterError } from '@prisma/driver-adapter-utils'
import { LedgerUnavailableError } from '@rollcall/engine'
import { advance, newRun, requestOf, T0 } from '@rollcall/engine/testing/ledger-contract'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createAccountStore } from '../accounts/account-store.ts'
import { createCredentials } from '../accounts/credentials.ts'
import { createReleaseReservation } from '../accounts/release-reservation.ts'
import { createSqlServerReservations } from '../accounts/sqlserver-reservations.ts'
import { createUnfinishedAccounts } from '../accounts/unfinished-accounts.ts'
import { withPortErrors } from '../database-error.ts'
import { createLeases } from '../leases.ts'
import { createLedger } from '../ledger/create-ledger.ts'
import { createSqlServerLedgerSql } from '../ledger/sqlserver-ledger-sql.ts'
import { createSqlServerClient } from '../open-client.ts'
import { createRecordingDriver } from '../testing/recording-driver.ts'

type Answer = Parameters<typeof createRecordingDriver>[0]

async function openRecorded(answer: Answer = () => []) {
  const { factory, requests } = createRecordingDriver(answer)
  const prisma = await createSqlServerClient({ adapter: factory })
  onTestFinished(() => prisma.$disconnect())
  return {
    requests,
    kinds: () => requests.map(({ kind }) => kind),
    ledger: withPortErrors(createLedger({ prisma, sql: createSqlServerLedgerSql(prisma) })),
    leases: createLeases({ prisma, dialect: 'sqlserver' }),
    reservations: createSqlServerReservations(prisma),
    accounts: createAccountStore({ prisma, dialect: 'sqlserver' }),
    credentials: createCredentials({ prisma, dialect: 'sqlserver' }),
    unfinished: createUnfinishedAccounts({ prisma, dialect: 'sqlserver' }),
    release: createReleaseReservation('sqlserver'),
  }
}

const account = {
  sysUserId: 'user-1',
  personId: 'p1',
  kind: 'student',
  firstName: 'Мила',
  middleName: null,
  lastName: 'Пробна',
  birthDate: '2015-02-03',
  username: 'mp12345678',
  azureId: 'a-1',
  schoolId: '0100',
  enrollmentStatus: 'ENROLLED',
  existedBefore: false,
  runUuid: 'r-1',
  at: T0,
} as const

describe('on SQL Server', () => {
  test('a flush of 77 transitions is one request with two parameters, and its answer names the winners', async () => {
    const runs = Array.from({ length: 77 }, () => newRun())
    const winners = runs.slice(0, 70).map(({ uuid }) => ({ uuid }))
    const { ledger, requests } = await openRecorded(() => winners)

    const applied = await ledger.commit(runs.map((run) => advance(run)))

    expect(applied).toEqual(new Set(winners.map(({ uuid }) => uuid)))
    expect(requests.map(({ kind, args }) => [kind, args.length])).toEqual([['query', 2]])
    const [changes, events] = requests[0]?.args.map((json) => JSON.parse(String(json))) ?? []
    expect([changes.length, events.length]).toEqual([77, 77])
    expect(changes[0]).toMatchObject({
      expectedVersion: 1,
      version: 2,
      dueAt: '2026-01-05T08:00:01.000',
      resultObject: '{"FIRST":{"ok":true}}',
    })
  })

  test('a flush is sent in the order of the uuids, so that two of them lock rows in the same order', async () => {
    const runs = Array.from({ length: 5 }, () => newRun())
    const { ledger, requests } = await openRecorded()

    await ledger.commit(runs.toReversed().map((run) => advance(run)))

    const changes: { uuid: string }[] = JSON.parse(String(requests[0]?.args[0]))
    expect(changes.map(({ uuid }) => uuid)).toEqual(runs.map(({ uuid }) => uuid))
  })

  test('a request of 300 runs is accepted in one, which is answered with those who have a key already', async () => {
    const runs = Array.from({ length: 300 }, () => newRun())
    const [taken] = runs
    const holder = { uuid: 'holder', groupUuid: 'group', state: 'SECOND', status: 'polling', version: 7, liveKey: taken?.liveKey ?? '' }
    const { ledger, requests } = await openRecorded(() => [holder])

    const result = await ledger.accept({ groupUuid: 'g', request: requestOf(), runs: [...runs, ...runs.slice(1, 2)] })

    expect(requests.map(({ kind, args }) => [kind, args.map((json) => JSON.parse(String(json)).length)])).toEqual([['query', [1, 300]]])
    const { liveKey, ...standing } = holder
    expect(result.kind === 'accepted' && result.runs.slice(0, 2)).toMatchObject([
      { ...standing, inserted: false },
      { uuid: runs[1]?.uuid, inserted: true },
    ])
    expect(result.kind === 'accepted' && result.runs.at(-1)).toMatchObject({ uuid: runs[1]?.uuid, inserted: false })
  })

  test('a request that lost a race against one that is gone again is sent once more', async () => {
    const { ledger, kinds } = await openRecorded((_, index) => {
      if (index === 0) throw new DriverAdapterError({ kind: 'UniqueConstraintViolation', constraint: { index: 'Request_pkey' } })
      return []
    })
    expect((await ledger.accept({ groupUuid: 'g', request: requestOf(), runs: [newRun()] })).kind).toBe('accepted')
    expect(kinds()).toEqual(['query', 'query', 'query'])
  })

  test('reading 500 runs is one request with one parameter', async () => {
    const { ledger, requests } = await openRecorded()
    await ledger.read(Array.from({ length: 500 }, () => newRun().uuid))
    expect(requests.map(({ kind, args }) => [kind, args.length])).toEqual([['query', 1]])
  })

  test('counting the open runs of 200 schools is one request', async () => {
    const { ledger, requests } = await openRecorded()
    expect(await ledger.openRuns(Array.from({ length: 200 }, (_, index) => `s${index}`))).toEqual(new Map())
    expect(requests.map(({ kind }) => kind)).toEqual(['query'])
  })

  test('a persist state takes four: begin, the transition with its event, the account, commit', async () => {
    const run = newRun()
    const { ledger, accounts, kinds } = await openRecorded(({ kind }, index) =>
      kind !== 'query' ? [] : index === 1 ? [{ uuid: run.uuid }] : [{ place: 0, answer: 'persisted' }],
    )
    const applied = await ledger.commitWith({ transition: advance(run), write: (tx) => accounts.persist(tx, account), start: [] })
    expect([applied, kinds()]).toEqual([true, ['begin', 'query', 'query', 'commit']])
  })

  test('forty persist states that start a run each take ten: the first alone, and those that came meanwhile together', async () => {
    const runs = Array.from({ length: 40 }, () => newRun())
    const { ledger, accounts, requests, kinds } = await openRecorded(({ kind, args }) => {
      if (kind !== 'query') return []
      const rows: { uuid?: string }[] = JSON.parse(String(args[0]))
      return rows.map(({ uuid }, place) => (uuid ? { uuid } : { place, answer: 'persisted' }))
    })
    const persist = (run: (typeof runs)[number], index: number) =>
      ledger.commitWith({
        transition: advance(run),
        write: (tx) => accounts.persist(tx, { ...account, personId: `p${index}`, username: `mp${index}` }),
        start: [newRun()],
      })
    const [first, ...others] = runs
    const alone = first && persist(first, 0)
    await expect.poll(() => requests.length).toBeGreaterThan(0)
    const applied = await Promise.all([alone, ...others.map((run, index) => persist(run, index + 1))])

    expect(applied).toEqual(runs.map(() => true))
    const once = ['begin', 'query', 'query', 'execute', 'commit']
    expect(kinds()).toEqual([...once, ...once])
    expect(requests.filter(({ args }) => args.length > 0).map(({ args }) => JSON.parse(String(args[0])).length)).toEqual([
      1, 1, 1, 39, 39, 39,
    ])
  })

  test('reservations that are asked for at once are one request, each with its own answer', async () => {
    const { reservations, requests } = await openRecorded(() => [
      { ownerKey: 'p2|student', username: 'b2', sealedPassword: 's', hasOther: 0, hasUnfinished: 0 },
      { ownerKey: 'p0|student', username: 'a0', sealedPassword: 's', hasOther: 1, hasUnfinished: 0 },
    ])
    const ask = (personId: string) =>
      reservations.reserve({ personId, kind: 'student', candidates: ['a', 'b'], replacing: null, sealedPassword: 's' })
    const [refused, none, reserved] = await Promise.allSettled([ask('p0'), ask('p1'), ask('p2')])
    expect(refused).toMatchObject({ status: 'rejected', reason: { errorCode: { code: 'ACCOUNT_EXISTS' } } })
    expect(none).toMatchObject({ value: null })
    expect(reserved).toMatchObject({ value: { personId: 'p2', username: 'b2' } })
    expect(requests.map(({ args }) => [JSON.parse(String(args[0])), JSON.parse(String(args[1])).length, args[2]])).toEqual([
      [['p0|student', 'p1|student', 'p2|student'], 3, 3],
    ])
  })

  test('who asks for a reservation twice at once is answered twice, one after the other', async () => {
    const { reservations, requests } = await openRecorded(() => [{ ownerKey: 'p|student', username: 'a', sealedPassword: 's' }])
    const ask = () => reservations.reserve({ personId: 'p', kind: 'student', candidates: ['a'], replacing: null, sealedPassword: 's' })
    expect(await Promise.all([ask(), ask()])).toMatchObject([{ username: 'a' }, { username: 'a' }])
    expect(requests.map(({ args }) => args[2])).toEqual([1, 1])
  })

  test('reservations are looked up together', async () => {
    const { reservations, kinds } = await openRecorded(() => [{ ownerKey: 'p1|student', username: 'a', sealedPassword: 's' }])
    const found = await Promise.all(['p0', 'p1'].map((personId) => reservations.find({ personId, kind: 'student' })))
    expect(found).toMatchObject([null, { personId: 'p1', username: 'a' }])
    expect(kinds()).toEqual(['query'])
  })

  test('an account that existed before its password says so to the batch that persists it', async () => {
    const run = newRun()
    const { ledger, accounts, requests } = await openRecorded((_, index) =>
      index === 1 ? [{ uuid: run.uuid }] : [{ place: 0, answer: 'persisted' }],
    )
    const existing = { ...account, existedBefore: true }
    await ledger.commitWith({ transition: advance(run), write: (tx) => accounts.persist(tx, existing), start: [] })
    expect(JSON.parse(String(requests[2]?.args[0]))).toMatchObject([
      { place: 0, sysUserId: 'user-1', sysRoleId: 6, kind: 'student', existedBefore: true, at: '2026-01-05T08:00:00.000' },
    ])
  })

  test.each([
    ['released', null],
    ['inUse', 'RESERVATION_IN_USE'],
    ['hasUser', 'ACCOUNT_EXISTS'],
  ])('giving a reservation up takes four, too, and is told that it is %s', async (answer, code) => {
    const run = newRun()
    const { ledger, release, kinds } = await openRecorded((_, index) => (index === 1 ? [{ uuid: run.uuid }] : [{ answer }]))
    const what = { personId: 'p1', kind: 'student', username: 'mp12345678', process: 'account-create' } as const
    const releasing = ledger.commitWith({
      transition: advance(run),
      write: (tx) => release(tx, { ...what, blockingKey: 'account-create:p1', versionsSeen: 3, at: T0 }),
      start: [],
    })
    await (code === null ? expect(releasing).resolves.toBe(true) : expect(releasing).rejects.toMatchObject({ errorCode: { code } }))
    expect(kinds()).toEqual(['begin', 'query', 'query', code === null ? 'commit' : 'rollback'])
  })

  test('erasing and resealing take one request each, listing what is unfinished one, and another for the end of its window', async () => {
    const { credentials, unfinished, kinds } = await openRecorded()
    await credentials.eraseExpired({ before: T0, at: T0, limit: 500 })
    const sealed = { personId: 'p1', kind: 'student', createdAt: T0, sealedPassword: 'a' } as const
    await credentials.reseal(Array.from({ length: 500 }, () => ({ ...sealed, resealed: 'b' })))
    expect(await unfinished.list({ reservedBefore: null, after: null, limit: 50 })).toEqual({ accounts: [], next: null })
    expect(kinds()).toEqual(['execute', 'execute', 'query', 'query'])
  })

  test('an account that belongs to somebody else rolls the run’s transaction back', async () => {
    const run = newRun()
    const { ledger, accounts, kinds } = await openRecorded(({ kind }, index) =>
      kind !== 'query' ? [] : index === 1 ? [{ uuid: run.uuid }] : [{ place: 0, answer: 'belongsToAnother' }],
    )
    const persisting = ledger.commitWith({ transition: advance(run), write: (tx) => accounts.persist(tx, account), start: [] })
    await expect(persisting).rejects.toMatchObject({ errorCode: { code: 'ACCOUNT_BELONGS_TO_ANOTHER' } })
    expect(kinds()).toEqual(['begin', 'query', 'query', 'rollback'])
  })

  test('an event, a lease and a reservation take one request each', async () => {
    const { ledger, leases, reservations, kinds } = await openRecorded(({ sql }) =>
      sql.includes('UsernameReservation')
        ? [
            {
              ownerKey: 'p1|student',
              username: 'mp12345678',
              sealedPassword: 'sealed',
              sealedAt: new Date(T0).toISOString(),
              erasedAt: null,
              formerNames: '[{"username":"mp00000001"}]',
            },
          ]
        : [{ taken: 1 }],
    )
    const [event] = advance(newRun()).events
    if (event) await ledger.append(event, { once: true })
    expect(await leases.acquire({ name: 'reconcile', holder: 'h', forMs: 5_000 })).toBe(true)
    const reservation = await reservations.reserve({
      personId: 'p1',
      kind: 'student',
      candidates: ['mp12345678'],
      replacing: null,
      sealedPassword: 'sealed',
    })
    expect(reservation).toMatchObject({ personId: 'p1', kind: 'student', username: 'mp12345678', sealedPassword: 'sealed', erasedAt: null })
    expect(kinds()).toEqual(['execute', 'query', 'query'])
  })

  test('a flush that lost to a deadlock is sent again', async () => {
    const run = newRun()
    const { ledger, kinds } = await openRecorded((_, index) => {
      if (index === 0) throw new DriverAdapterError({ kind: 'TransactionWriteConflict' })
      return [{ uuid: run.uuid }]
    })
    expect((await ledger.commit([advance(run)])).size).toBe(1)
    expect(kinds()).toEqual(['query', 'query'])
  })

  test('a read that lost to a deadlock is asked again', async () => {
    const { accounts, kinds, ledger } = await openRecorded((_, index) => {
      if (index % 2 === 0) throw new DriverAdapterError({ kind: 'TransactionWriteConflict' })
      return []
    })
    expect(await ledger.due({ before: T0, after: null, limit: 10 })).toEqual([])
    expect(await ledger.backlog()).toEqual([])
    expect(await ledger.read([newRun().uuid])).toEqual([])
    expect(await ledger.find(newRun().uuid)).toBeNull()
    expect(await ledger.history(newRun().uuid)).toEqual([])
    expect(await ledger.list({}, { after: null, limit: 10 })).toEqual({ runs: [], next: null })
    expect(await ledger.groupCounts(newRun().groupUuid)).toEqual({ total: 0, counts: [] })
    expect(await ledger.openRuns(['s1'])).toEqual(new Map())
    expect(await accounts.findLive(['p1'])).toEqual([])
    expect(kinds()).toHaveLength(18)
  })

  test('a reservation that lost a race for a name is asked again', async () => {
    const { reservations, kinds } = await openRecorded((_, index) => {
      if (index < 3) throw new DriverAdapterError({ kind: 'UniqueConstraintViolation', constraint: { index: 'UsernameReservation_pkey' } })
      return [{ ownerKey: 'p1|teacher', username: 'b', sealedPassword: 's' }]
    })
    const reservation = await reservations.reserve({
      personId: 'p1',
      kind: 'teacher',
      candidates: ['a', 'b'],
      replacing: null,
      sealedPassword: 's',
    })
    expect(reservation?.username).toBe('b')
    expect(kinds()).toHaveLength(4)
  })

  test('a connection that breaks under a flush makes the ledger unavailable', async () => {
    const { ledger } = await openRecorded(() => {
      throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' })
    })
    await expect(ledger.commit([advance(newRun())])).rejects.toBeInstanceOf(LedgerUnavailableError)
    await expect(ledger.due({ before: T0, after: null, limit: 1 })).rejects.toBeInstanceOf(LedgerUnavailableError)
  })

  test('a server that is not there makes the ledger unavailable', async () => {
    const { createDatabase } = await import('../create-database.ts')
    const database = await createDatabase({ url: 'sqlserver://127.0.0.1:1;database=x;user=u;password=p;trustServerCertificate=true' })
    onTestFinished(() => database.close())
    await expect(database.ping()).rejects.toBeInstanceOf(LedgerUnavailableError)
    await expect(database.ledger.read([newRun().uuid])).rejects.toBeInstanceOf(LedgerUnavailableError)
  })
})
