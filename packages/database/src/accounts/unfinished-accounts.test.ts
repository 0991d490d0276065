import { DatabaseSync } from 'node:sqlite'
import { advance, end, insert, newRun, T0 } from '@rollcall/engine/testing/ledger-contract'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Database } from '../create-database.ts'
import { createTestDatabase } from '../testing/create-test-database.ts'
import { openForTest } from '../testing/open-for-test.ts'
import { testDialects } from '../testing/test-dialects.ts'
import { createUnfinishedAccounts } from './unfinished-accounts.ts'

const owner = { personId: 'p1', kind: 'teacher' } as const

async function reserve({ reservations }: Database, personId = 'p1', kind: 'teacher' | 'student' = 'teacher'): Promise<void> {
  await reservations.reserve({ personId, kind, candidates: [`${personId}.${kind}`], replacing: null, sealedPassword: 'sealed' })
}

async function addUser({ prisma }: Database, personId = 'p1'): Promise<void> {
  const at = { createdAt: new Date(T0), updatedAt: new Date(T0) }
  const username = `${personId}.user`
  await prisma.person.create({ data: { personId, firstName: 'Мила', lastName: 'Пробна', birthDate: new Date(0), ...at } })
  await prisma.sysUser.create({
    data: {
      ...{
        sysUserId: personId,
        personId,
        username,
        liveUsername: username,
        livePersonId: personId,
        runUuid: 'r',
        enrollmentStatus: 'ENROLLED',
      },
      ...{ isAzureUser: true, isAzureSynced: true, ...at },
    },
  })
}

/** A run of account-create for a person. */
function creation(personId = 'p1', type = 'CREATE_NEISPUO_TEACHER') {
  return newRun({ subjectId: personId, type, liveKey: `account-create:${personId}` })
}

async function failed(database: Database, run = creation()) {
  await insert(database, run)
  await database.ledger.commit([end(run)])
  return run
}

const all = { reservedBefore: null, after: null, limit: 10 }

describe.each(testDialects)('unfinished accounts over $dialect', (dialect) => {
  test('are the names that led to no user and have no live run, with the last run of their kind', async () => {
    const database = await openForTest(dialect)
    await reserve(database)
    const run = await failed(database)
    await failed(database, creation('p1', 'CREATE_NEISPUO_STUDENT'))

    const { accounts, next } = await database.unfinished.list(all)
    expect(accounts).toEqual([
      {
        ...{ ...owner, username: 'p1.teacher', reservedAt: expect.any(Number), releaseUuid: null },
        lastRun: { uuid: run.uuid, status: 'failed', state: 'FAILED', errorCode: 'X_FAILED', updatedAt: T0 + 500 },
      },
    ])
    expect(next).toBeNull()
    expect(Math.abs((accounts[0]?.reservedAt ?? 0) - Date.now())).toBeLessThan(60_000)
  })

  test('are none whose run lives, whose user stands, or whose name was burnt', async () => {
    const database = await openForTest(dialect)
    for (const personId of ['p1', 'p2', 'p3']) await reserve(database, personId)
    await insert(database, creation('p1'))
    await addUser(database, 'p2')
    await database.reservations.reserve({
      ...{ personId: 'p3', kind: 'teacher', candidates: ['next'], sealedPassword: 's' },
      replacing: 'p3.teacher',
    })
    expect((await database.unfinished.list(all)).accounts.map(({ username }) => username)).toEqual(['next'])
  })

  test('come page by page, those that wait longest first', async () => {
    const database = await openForTest(dialect)
    for (const personId of ['p1', 'p2', 'p3', 'p4', 'p5']) await reserve(database, personId)
    const since = (personId: string, at: number) =>
      database.prisma.usernameReservation.updateMany({ where: { personId }, data: { unfinishedSince: new Date(at) } })
    for (const [index, personId] of ['p5', 'p2', 'p1', 'p4', 'p3'].entries()) await since(personId, T0 + (index === 2 ? 1 : index))

    const seen: string[] = []
    let after = null
    do {
      const page: Awaited<ReturnType<Database['unfinished']['list']>> = await database.unfinished.list({ ...all, after, limit: 2 })
      seen.push(...page.accounts.map(({ personId }) => personId))
      after = page.next
    } while (after)
    expect(seen).toEqual(['p5', 'p1', 'p2', 'p4', 'p3'])
    const old = await database.unfinished.list({ ...all, reservedBefore: T0 + 1 })
    expect(old.accounts.map(({ personId }) => personId)).toEqual(['p5'])
  })

  test('are looked for in a window of what is under way, from which the next page goes on', async () => {
    const database = await openForTest(dialect)
    const unfinished = createUnfinishedAccounts({ prisma: database.prisma, dialect: database.dialect, window: 2 })
    for (const personId of ['p1', 'p2', 'p3', 'p4', 'p5']) {
      await reserve(database, personId)
      if (personId < 'p4') await insert(database, creation(personId))
    }
    await database.prisma.usernameReservation.updateMany({ data: { unfinishedSince: new Date(T0) } })

    const first = await unfinished.list(all)
    expect(first).toEqual({ accounts: [], next: { reservedAt: T0, username: 'p2.teacher' } })
    const second = await unfinished.list({ ...all, after: first.next })
    expect(second).toMatchObject({ accounts: [{ personId: 'p4' }], next: { username: 'p4.teacher' } })
    expect(await unfinished.list({ ...all, after: second.next })).toMatchObject({ accounts: [{ personId: 'p5' }], next: null })
  })

  test('name the run that is giving them up', async () => {
    const database = await openForTest(dialect)
    await reserve(database)
    const release = newRun({ process: 'release-reservation', liveKey: 'release-reservation:p1' })
    await insert(database, release)
    expect((await database.unfinished.list(all)).accounts).toMatchObject([{ releaseUuid: release.uuid }])
  })

  test('are told one by one with what may stand in the way of giving them up', async () => {
    const database = await openForTest(dialect)
    expect(await database.unfinished.find(owner)).toBeNull()
    const nothing = { versionsSeen: 0, liveRunUuid: null, releaseUuid: null }
    await reserve(database)
    expect(await database.unfinished.find(owner)).toEqual({ ...owner, username: 'p1.teacher', ...nothing })
    await failed(database)
    const live = creation()
    await insert(database, live)
    expect(await database.unfinished.find(owner)).toMatchObject({ versionsSeen: 3, liveRunUuid: live.uuid })
    const release = newRun({ process: 'release-reservation', liveKey: 'release-reservation:p1' })
    await insert(database, release)
    expect(await database.unfinished.find(owner)).toMatchObject({ versionsSeen: 3, releaseUuid: release.uuid })
    expect(await database.unfinished.find({ personId: 'p1', kind: 'student' })).toBeNull()
  })
})

describe.each(testDialects)('giving a reservation up over $dialect', (dialect) => {
  /** As the run of release-reservation does, in its own transaction. */
  async function release(database: Database, changes: { versionsSeen?: number; username?: string } = {}) {
    const run = newRun({ process: 'release-reservation' })
    await insert(database, run)
    return database.ledger.commitWith({
      transition: advance(run),
      start: [],
      write: (tx) =>
        database.reservations.release(tx, {
          ...{ ...owner, username: 'p1.teacher', process: 'account-create', blockingKey: 'account-create:p1', versionsSeen: 0, at: T0 },
          ...changes,
        }),
    })
  }

  test('burns the name, erases its password, and lets a request of another kind through', async () => {
    const database = await openForTest(dialect)
    await reserve(database)
    await expect(reserve(database, 'p1', 'student')).rejects.toMatchObject({ errorCode: { code: 'OTHER_ACCOUNT_UNFINISHED' } })

    await release(database)

    expect(await database.reservations.find(owner)).toBeNull()
    expect((await database.unfinished.list(all)).accounts.filter(({ kind }) => kind === 'teacher')).toEqual([])
    expect(await database.prisma.credential.findUnique({ where: { personId_kind: owner } })).toMatchObject({
      sealedPassword: null,
      erasedAt: new Date(T0),
      erasedBecause: 'released',
    })
    await expect(reserve(database, 'p1', 'student')).resolves.toBeUndefined()
    expect(await database.reservations.find({ personId: 'p1', kind: 'student' })).toMatchObject({ username: 'p1.student' })
  })

  test('gives a later request of the same kind another name and a new password', async () => {
    const database = await openForTest(dialect)
    await reserve(database)
    await release(database)
    const asked = { ...owner, candidates: ['p1.teacher', 'p1.other'], replacing: null, sealedPassword: 'sealed-2' }
    expect(await database.reservations.reserve(asked)).toMatchObject({ username: 'p1.other', sealedPassword: 'sealed-2', erasedAt: null })
  })

  test.each<[string, (database: Database) => Promise<unknown>, string]>([
    ['a run lives that may use it', (database) => insert(database, creation()), 'RESERVATION_IN_USE'],
    ['a run has worked since the order was given', (database) => failed(database), 'RESERVATION_IN_USE'],
    ['the person has a user', (database) => addUser(database), 'ACCOUNT_EXISTS'],
  ])('is refused with the whole transition where %s', async (_what, arrange, code) => {
    const database = await openForTest(dialect)
    await reserve(database)
    await arrange(database)
    await expect(release(database)).rejects.toMatchObject({ name: 'TerminalError', errorCode: { code } })
    expect(await database.reservations.find(owner)).toMatchObject({ username: 'p1.teacher', sealedPassword: 'sealed' })
  })

  test('is refused for a name that is not the person’s current one', async () => {
    const database = await openForTest(dialect)
    await reserve(database)
    await expect(release(database, { username: 'other' })).rejects.toMatchObject({ errorCode: { code: 'RESERVATION_IN_USE' } })
    await release(database)
    await expect(release(database)).rejects.toMatchObject({ errorCode: { code: 'RESERVATION_IN_USE' } })
  })

  test('counts the versions of runs that had ended when the order was given', async () => {
    const database = await openForTest(dialect)
    await reserve(database)
    await failed(database)
    const versionsSeen = (await database.unfinished.find(owner))?.versionsSeen ?? 0
    await expect(release(database, { versionsSeen })).resolves.toBe(true)
  })

  test('is not held up where runs were put away since the order was given', async () => {
    const database = await openForTest(dialect)
    await reserve(database)
    await failed(database)
    const versionsSeen = (await database.unfinished.find(owner))?.versionsSeen ?? 0
    await archiveFailed(database)
    expect(await database.unfinished.find(owner)).toMatchObject({ versionsSeen })
    await expect(release(database, { versionsSeen })).resolves.toBe(true)
  })

  test('is refused where a run was put away since and another came just as far: it may have made the account', async () => {
    const database = await openForTest(dialect)
    await reserve(database)
    await failed(database)
    const versionsSeen = (await database.unfinished.find(owner))?.versionsSeen ?? 0
    await archiveFailed(database)
    await failed(database)
    await expect(release(database, { versionsSeen })).rejects.toMatchObject({ errorCode: { code: 'RESERVATION_IN_USE' } })
  })

  async function archiveFailed({ archive }: Database): Promise<void> {
    const part = { status: 'failed', endedBefore: T0 + 9e9, exceptProcess: 'canary', archivedAt: T0, after: null, limit: 10 } as const
    expect((await archive.move(part)).moved).toBe(1)
  }
})

test('the list enters the index of what is unfinished and scans nothing', async () => {
  const statements: string[] = []
  const { url, database, cleanup } = await createTestDatabase({ onQuery: (sql) => statements.push(sql) })
  onTestFinished(cleanup)
  await database.unfinished.list(all)
  const db = new DatabaseSync(url.slice('file:'.length), { readOnly: true })
  onTestFinished(() => db.close())
  const asked = statements.filter((text) => text.includes('unfinishedSince'))
  expect(asked).toHaveLength(2)
  const plans = asked.flatMap((sql) => db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all()).map(({ detail }) => String(detail))
  const entering = plans.filter((plan) => plan.includes('UsernameReservation_unfinishedSince_username_idx (('))
  expect(entering).toHaveLength(2)
  // `u` is the window.
  expect(plans.filter((plan) => plan.startsWith('SCAN') && plan !== 'SCAN u')).toEqual([])
})
