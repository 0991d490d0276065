import { advance, insert, newRun, T0 } from '@rollcall/engine/testing/ledger-contract'
import type { AccountToPersist } from '@rollcall/provisioning'
import { describe, expect, test } from 'vitest'
import type { Database } from '../create-database.ts'
import { openForTest } from '../testing/open-for-test.ts'
import { testDialects } from '../testing/test-dialects.ts'

function account(overrides: Partial<AccountToPersist> = {}): AccountToPersist {
  return {
    sysUserId: 'user-1',
    personId: '0000000001',
    kind: 'student',
    firstName: 'Мила',
    middleName: null,
    lastName: 'Пробна',
    birthDate: '2012-02-29',
    username: 'mp12345678',
    azureId: 'azure-1',
    schoolId: '0100200',
    enrollmentStatus: 'PENDING',
    existedBefore: false,
    runUuid: newRun().uuid,
    at: T0,
    ...overrides,
  }
}

/** Persists inside the transition of a run of its own. */
async function persist({ ledger, accounts }: Database, what: AccountToPersist) {
  const run = newRun()
  await insert({ ledger }, run)
  await ledger.commitWith({ transition: advance(run), write: (tx) => accounts.persist(tx, what), start: [] })
  return run
}

async function rows({ prisma }: Database) {
  const [persons, users, roles, institutions] = await Promise.all([
    prisma.person.findMany(),
    prisma.sysUser.findMany({ orderBy: { username: 'asc' } }),
    prisma.sysUserSysRole.findMany({ orderBy: { institutionId: 'asc' } }),
    prisma.institution.findMany({ orderBy: { institutionId: 'asc' } }),
  ])
  return { persons, users, roles, institutions }
}

describe.each(testDialects)('accounts over $dialect', (dialect) => {
  test('are written as person, school, user and role', async () => {
    const database = await openForTest(dialect)
    const what = account({ middleName: 'Иванова' })

    await persist(database, what)

    const { persons, users, roles, institutions } = await rows(database)
    const at = new Date(T0)
    expect(persons).toEqual([
      {
        personId: '0000000001',
        firstName: 'Мила',
        middleName: 'Иванова',
        lastName: 'Пробна',
        birthDate: new Date('2012-02-29T00:00:00.000Z'),
        publicEduNumber: 'mp12345678',
        azureId: 'azure-1',
        createdAt: at,
        updatedAt: at,
      },
    ])
    expect(users).toMatchObject([
      {
        personId: '0000000001',
        username: 'mp12345678',
        isAzureUser: true,
        isAzureSynced: true,
        enrollmentStatus: 'PENDING',
        runUuid: what.runUuid,
        deletedOn: null,
        liveUsername: 'mp12345678',
        livePersonId: '0000000001',
      },
    ])
    expect(roles).toMatchObject([{ sysUserId: users[0]?.sysUserId, sysRoleId: 6, institutionId: '0100200' }])
    expect(institutions).toMatchObject([{ institutionId: '0100200' }])
  })

  test('are written once, however often the state runs', async () => {
    const database = await openForTest(dialect)
    const what = account()
    await persist(database, what)
    const before = await rows(database)
    await persist(database, { ...what, at: T0 + 60_000 })
    expect(await rows(database)).toEqual(before)
  })

  test('change in what differs when they are persisted again', async () => {
    const database = await openForTest(dialect)
    await persist(database, account())
    const before = await rows(database)

    await persist(
      database,
      account({ lastName: 'Променена', middleName: 'М', enrollmentStatus: 'ENROLLED', schoolId: '0100201', runUuid: 'r2', at: T0 + 5 }),
    )

    const after = await rows(database)
    const later = new Date(T0 + 5)
    expect(after.persons).toEqual([{ ...before.persons[0], lastName: 'Променена', middleName: 'М', updatedAt: later }])
    expect(after.users).toEqual([{ ...before.users[0], enrollmentStatus: 'ENROLLED', updatedAt: later }])
    expect(after.roles.map(({ institutionId }) => institutionId)).toEqual(['0100200', '0100201'])
    expect(after.institutions).toHaveLength(2)
  })

  test('finish the reservation of their name, and keep its password', async () => {
    const database = await openForTest(dialect)
    const owner = { personId: '0000000001', kind: 'student' } as const
    await database.reservations.reserve({ ...owner, candidates: ['mp12345678'], replacing: null, sealedPassword: 'sealed' })
    await persist(database, account())
    expect(await database.prisma.usernameReservation.findMany()).toMatchObject([{ username: 'mp12345678', unfinishedSince: null }])
    expect(await database.reservations.find(owner)).toMatchObject({ sealedPassword: 'sealed' })
  })

  test('that are older than the password sealed for them have it erased in the same transaction', async () => {
    const database = await openForTest(dialect)
    const owner = { personId: '0000000001', kind: 'student' } as const
    await database.reservations.reserve({ ...owner, candidates: ['mp12345678'], replacing: null, sealedPassword: 'sealed' })
    await persist(database, account({ existedBefore: true }))
    expect(await database.prisma.credential.findMany()).toMatchObject([
      { sealedPassword: null, erasedAt: new Date(T0), erasedBecause: 'notOurs' },
    ])
  })

  test('are refused for a while under another id than the one that stands', async () => {
    const database = await openForTest(dialect)
    await persist(database, account())
    const refused = persist(database, account({ sysUserId: 'user-2' }))
    await expect(refused).rejects.toMatchObject({ name: 'TransientError', errorCode: { code: 'USER_STANDS_ALREADY' } })
    expect((await rows(database)).users).toMatchObject([{ sysUserId: 'user-1' }])
  })

  test('give a teacher the role of a teacher', async () => {
    const database = await openForTest(dialect)
    await persist(database, account({ kind: 'teacher', username: 'mila.probna' }))
    expect((await rows(database)).roles).toMatchObject([{ sysRoleId: 5 }])
  })

  test('of a person who has another username, or of a username that has another person, are refused with the whole transition', async () => {
    const database = await openForTest(dialect)
    await persist(database, account())
    const before = await rows(database)

    for (const clash of [account({ username: 'other' }), account({ personId: '0000000002' })]) {
      const run = newRun()
      await insert(database, run)
      const refused = database.ledger.commitWith({
        transition: advance(run),
        write: (tx) => database.accounts.persist(tx, clash),
        start: [],
      })
      await expect(refused).rejects.toMatchObject({ name: 'TerminalError', errorCode: { code: 'ACCOUNT_BELONGS_TO_ANOTHER' } })
      await expect(refused).rejects.not.toThrow(/Пробна|0000000002|mp12345678/)
      expect(await database.ledger.find(run.uuid)).toMatchObject({ version: 1 })
    }
    expect(await rows(database)).toEqual(before)
  })

  test('that are persisted at once are each written whole, and one that belongs to another is refused alone', async () => {
    const database = await openForTest(dialect)
    await persist(database, account())
    const many = Array.from({ length: 9 }, (_, index) =>
      account({
        sysUserId: `user-${index}x`,
        personId: `p${index}`,
        username: `n${index}`,
        schoolId: `s${index % 2}`,
        middleName: index % 2 ? 'М' : null,
      }),
    )
    const clash = account({ sysUserId: 'user-y', personId: 'another' })
    const again = account({ sysUserId: 'user-8x', personId: 'p8', username: 'n8', lastName: 'Променена', at: T0 + 1 })
    const outcomes = await Promise.allSettled([...many, clash, again].map((what) => persist(database, what)))
    expect(outcomes.map(({ status }) => status)).toEqual([...many.map(() => 'fulfilled'), 'rejected', 'fulfilled'])
    expect(outcomes[9]).toMatchObject({ reason: { errorCode: { code: 'ACCOUNT_BELONGS_TO_ANOTHER' } } })
    const { persons, users, roles, institutions } = await rows(database)
    expect([persons.length, users.length, roles.length]).toEqual([10, 10, 11])
    expect(persons.find(({ personId }) => personId === 'p3')).toMatchObject({ middleName: 'М', publicEduNumber: 'n3' })
    expect(persons.find(({ personId }) => personId === 'p8')).toMatchObject({ lastName: 'Променена', createdAt: new Date(T0) })
    expect(institutions.map(({ institutionId }) => institutionId)).toEqual(['0100200', 's0', 's1'])
  })

  test('may be made anew for a person whose user was deleted', async () => {
    const database = await openForTest(dialect)
    await persist(database, account())
    const { users } = await rows(database)
    const sysUserId = users[0]?.sysUserId ?? ''
    await database.prisma.sysUser.update({
      where: { sysUserId },
      data: { deletedOn: new Date(T0), liveUsername: sysUserId, livePersonId: sysUserId },
    })
    await persist(database, account({ sysUserId: 'user-2', username: 'mp87654321' }))
    expect(await database.accounts.findLive(['0000000001'])).toMatchObject([{ username: 'mp87654321' }])
    expect((await rows(database)).users).toHaveLength(2)
  })

  test('are found by person while they live', async () => {
    const database = await openForTest(dialect)
    await persist(database, account())
    await persist(database, account({ sysUserId: 'user-2', personId: '1', username: 'b' }))
    const live = await database.accounts.findLive(['0000000001', '1', 'unknown'])
    expect(live.toSorted((a, b) => (a.personId < b.personId ? -1 : 1))).toEqual([
      { sysUserId: expect.any(String), personId: '0000000001', username: 'mp12345678', enrollmentStatus: 'PENDING' },
      { sysUserId: expect.any(String), personId: '1', username: 'b', enrollmentStatus: 'PENDING' },
    ])
    expect(await database.accounts.findLive([])).toEqual([])
  })

  test('learn in a transaction of a run that they are enrolled', async () => {
    const database = await openForTest(dialect)
    await persist(database, account())
    const run = newRun()
    await insert(database, run)
    await database.ledger.commitWith({
      transition: advance(run),
      write: (tx) => database.accounts.setEnrollmentStatus(tx, { personId: '0000000001', status: 'ENROLLED', at: T0 + 9 }),
      start: [],
    })
    expect(await database.accounts.findLive(['0000000001'])).toMatchObject([{ enrollmentStatus: 'ENROLLED' }])
  })
})
