import { T0 } from '@rollcall/engine/testing/ledger-contract'
import { describe, expect, test } from 'vitest'
import type { Database } from '../create-database.ts'
import { openForTest } from '../testing/open-for-test.ts'
import { testDialects } from '../testing/test-dialects.ts'
import type { LostPassword } from './lost-passwords.ts'

const account = { personId: 'p1', kind: 'student', username: 'gk1' } as const
const owner = { personId: 'p1', kind: 'student' } as const
const audit = {
  ...{ id: 'audit-1', at: T0, actor: 'ann', action: 'username.takeBack' },
  ...{ targetType: 'person', targetId: 'p1', reason: 'restored', details: {} },
}
const taken = { ...account, at: T0, audit }

async function addUser({ prisma }: Database, personId: string, azureId: string): Promise<void> {
  const at = { createdAt: new Date(T0), updatedAt: new Date(T0) }
  await prisma.person.create({ data: { personId, azureId, firstName: 'Мила', lastName: 'Пробна', birthDate: new Date(0), ...at } })
  const name = `of ${personId}`
  await prisma.sysUser.create({
    data: {
      ...{ sysUserId: `user of ${personId}`, personId, username: name, liveUsername: name, livePersonId: personId, runUuid: 'run' },
      ...{ isAzureUser: true, isAzureSynced: true, enrollmentStatus: 'ENROLLED', ...at },
    },
  })
}

function reserve({ reservations }: Database, username: string) {
  return reservations.reserve({ ...owner, candidates: [username], replacing: null, sealedPassword: 'sealed' })
}

describe.each(testDialects)('names of accounts over $dialect', (dialect) => {
  test('an account is known by its person or by its name, and a second one of a person with a user is told apart', async () => {
    const database = await openForTest(dialect)
    await addUser(database, 'has', 'azure-has')
    await reserve(database, 'reserved1')
    const accounts = [
      { azureId: 'azure-has', personId: 'has', username: 'another' },
      { azureId: 'azure-reserved', personId: 'p1', username: 'reserved1' },
      { azureId: 'azure-second', personId: 'has', username: 'second' },
      { azureId: 'azure-lost', personId: 'p2', username: 'lost' },
    ]
    const unknown = await database.accountNames.unknownOf(accounts)
    expect(unknown.map(({ account: { azureId }, isSecond }) => [azureId, isSecond])).toEqual([
      ['azure-second', true],
      ['azure-lost', false],
    ])
  })

  test('asks about more accounts than a query takes', async () => {
    const database = await openForTest(dialect)
    await addUser(database, 'p2499', 'azure-2499')
    const many = Array.from({ length: 2_500 }, (_none, index) => ({
      azureId: `azure-${index}`,
      personId: `p${index}`,
      username: `name${index}`,
    }))
    const unknown = await database.accountNames.unknownOf(many)
    expect(unknown).toHaveLength(2_499)
  })

  test('a name that is taken back is its person’s, waits for its user, and has no password', async () => {
    const database = await openForTest(dialect)
    expect(await database.accountNames.takeBack(taken)).toBe(true)
    expect(await database.reservations.find(owner)).toEqual({
      ...account,
      sealedPassword: null,
      sealedAt: T0,
      erasedAt: T0,
      formerNames: [],
    })
    expect((await database.unfinished.list({ reservedBefore: null, after: null, limit: 10 })).accounts).toMatchObject([account])
    expect(await reserve(database, 'other')).toMatchObject({ username: 'gk1', sealedPassword: null })
    expect(await database.audit.list({ targetType: 'person', targetId: 'p1', limit: 2 })).toEqual([audit])
  })

  test('the name that the person had meanwhile stays taken, and its password goes', async () => {
    const database = await openForTest(dialect)
    await reserve(database, 'meanwhile1')
    expect(await database.accountNames.takeBack(taken)).toBe(true)
    expect(await database.reservations.find(owner)).toMatchObject({
      username: 'gk1',
      sealedPassword: null,
      formerNames: ['meanwhile1'],
    })
    expect(await database.prisma.credential.findMany()).toMatchObject([{ erasedBecause: 'notOurs' }])
  })

  test('a name that is known already, and one of a person who has a user, are left alone', async () => {
    const database = await openForTest(dialect)
    await database.accountNames.takeBack(taken)
    expect(await database.accountNames.takeBack({ ...taken, personId: 'p2' })).toBe(false)
    await addUser(database, 'has', 'azure-has')
    expect(await database.accountNames.takeBack({ ...taken, personId: 'has', username: 'second' })).toBe(false)
    expect(await database.prisma.usernameReservation.findMany()).toMatchObject([{ username: 'gk1', personId: 'p1' }])
    expect(await database.prisma.auditLog.count()).toBe(1)
  })

  test('accounts that were adopted with a password of their own are told with their users', async () => {
    const database = await openForTest(dialect)
    await addUser(database, 'p1', 'azure-1')
    const erased = (personId: string, at: number, because: string) =>
      database.prisma.credential.create({
        data: { personId, kind: 'student', createdAt: new Date(T0), erasedAt: new Date(at), erasedBecause: because },
      })
    await erased('p1', T0 + 2, 'notOurs')
    await erased('p2', T0 + 1, 'notOurs')
    await erased('p3', T0 + 1, 'collected')
    await erased('p4', T0 - 1, 'notOurs')
    const { lostPasswords } = database
    expect(await lostPasswords.since({ since: T0, after: null, limit: 10 })).toEqual([
      { personId: 'p2', kind: 'student', erasedAt: T0 + 1, sysUserId: null },
      { personId: 'p1', kind: 'student', erasedAt: T0 + 2, sysUserId: 'user of p1' },
    ])
  })

  test('they are told page by page, each once, also where many were found out in one moment', async () => {
    const { lostPasswords, prisma } = await openForTest(dialect)
    const rows = [
      ...['p1', 'p2', 'p3'].map((personId) => ({ personId, kind: 'student', erasedAt: new Date(T0 + 1) })),
      { personId: 'p2', kind: 'teacher', erasedAt: new Date(T0 + 1) },
      { personId: 'p0', kind: 'student', erasedAt: new Date(T0 + 2) },
    ]
    await prisma.credential.createMany({ data: rows.map((row) => ({ ...row, createdAt: new Date(T0), erasedBecause: 'notOurs' })) })
    const told: string[] = []
    for (let after: LostPassword | null = null; told.length <= rows.length; ) {
      const [one]: LostPassword[] = await lostPasswords.since({ since: T0, after, limit: 1 })
      if (!one) break
      told.push(`${one.personId} ${one.kind}`)
      after = one
    }
    expect(told).toEqual(['p1 student', 'p2 student', 'p2 teacher', 'p3 student', 'p0 student'])
  })
})
