import { auditOf, T0 } from '@rollcall/engine/testing/ledger-contract'
import type { AccountKind } from '@rollcall/provisioning'
import { describe, expect, test } from 'vitest'
import type { Database } from '../create-database.ts'
import { openForTest } from '../testing/open-for-test.ts'
import { testDialects } from '../testing/test-dialects.ts'

const DAY_MS = 86_400_000
const owner = { personId: 'p1', kind: 'teacher' } as const

/** A person with a finished account and a password that waits. */
async function addAccount({ prisma }: Database, index: number, { kind = 'teacher' as AccountKind, sealedAt = T0 } = {}): Promise<void> {
  const [personId, username, sysUserId] = [`p${index}`, `name${index}`, `user-${index}`]
  const at = { createdAt: new Date(T0), updatedAt: new Date(T0) }
  await prisma.person.create({ data: { personId, firstName: 'Мила', lastName: 'Пробна', birthDate: new Date(0), ...at } })
  await prisma.usernameReservation.create({ data: { username, personId, kind, reservedAt: new Date(T0), ownerKey: `${personId}|${kind}` } })
  await prisma.credential.create({ data: { personId, kind, sealedPassword: `sealed-${index}`, createdAt: new Date(sealedAt) } })
  await prisma.sysUser.create({
    data: {
      ...{ sysUserId, personId, username, liveUsername: username, livePersonId: personId, runUuid: 'run-1', enrollmentStatus: 'ENROLLED' },
      ...{ isAzureUser: true, isAzureSynced: true, ...at },
    },
  })
}

function collection(sealedPassword: string, by = 'upstream') {
  return { ...owner, sealedPassword, by, at: T0, audit: { ...auditOf('user-1'), targetType: 'account' } }
}

describe.each(testDialects)('initial passwords over $dialect', (dialect) => {
  test('are found by the live user, and by no other id', async () => {
    const database = await openForTest(dialect)
    await addAccount(database, 1)
    expect(await database.credentials.findOfUser('user-1')).toEqual({
      ...owner,
      username: 'name1',
      sealedPassword: 'sealed-1',
      erasure: null,
    })
    expect(await database.credentials.findOfUser('p1')).toBeNull()

    await database.prisma.sysUser.update({
      where: { sysUserId: 'user-1' },
      data: { deletedOn: new Date(T0), liveUsername: 'user-1', livePersonId: 'user-1' },
    })
    expect(await database.credentials.findOfUser('user-1')).toBeNull()
  })

  test('are collected once however many ask at once, with one audit row, and say who has them', async () => {
    const database = await openForTest(dialect)
    await addAccount(database, 1)
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => database.credentials.collect(collection('sealed-1', `system ${index}`))),
    )
    const winner = answers.indexOf(true)
    expect(answers.filter((won) => won)).toHaveLength(1)
    expect(await database.credentials.findOfUser('user-1')).toMatchObject({
      sealedPassword: null,
      erasure: { at: T0, because: 'collected', collectedBy: `system ${winner}` },
    })
    expect(await database.audit.list({ targetType: 'account', targetId: 'user-1', limit: 10 })).toHaveLength(1)
  })

  test('are not collected where something else is sealed by now', async () => {
    const database = await openForTest(dialect)
    await addAccount(database, 1)
    expect(await database.credentials.collect(collection('sealed-0'))).toBe(false)
    expect(await database.credentials.findOfUser('user-1')).toMatchObject({ sealedPassword: 'sealed-1' })
    expect(await database.prisma.auditLog.count()).toBe(0)
  })

  test('are erased by age in batches, the oldest first, and the others stand', async () => {
    const database = await openForTest(dialect)
    for (const index of [1, 2, 3, 4]) await addAccount(database, index, { sealedAt: T0 - (5 - index) * DAY_MS })
    const erase = { before: T0 - 1.5 * DAY_MS, at: T0, limit: 2 }

    expect(await database.credentials.eraseExpired(erase)).toBe(2)
    expect(await database.credentials.findOfUser('user-3')).toMatchObject({ sealedPassword: 'sealed-3' })
    expect(await database.credentials.eraseExpired(erase)).toBe(1)
    expect(await database.credentials.eraseExpired(erase)).toBe(0)
    expect(await database.credentials.findOfUser('user-1')).toMatchObject({
      sealedPassword: null,
      erasure: { at: T0, because: 'expired', collectedBy: null },
    })
    expect(await database.credentials.findOfUser('user-4')).toMatchObject({ sealedPassword: 'sealed-4', erasure: null })
  })

  test('are listed while they stand, page by page, those of one moment too', async () => {
    const database = await openForTest(dialect)
    for (const index of [1, 2, 3, 4, 5]) await addAccount(database, index, { sealedAt: index === 5 ? T0 - 1 : T0 })
    await database.credentials.collect(collection('sealed-1'))
    const listed: string[] = []
    for (let page = await database.credentials.listSealed({ after: null, limit: 2 }); page.length > 0; ) {
      listed.push(...page.map(({ personId }) => personId))
      page = await database.credentials.listSealed({ after: page.at(-1) ?? null, limit: 2 })
    }
    expect(listed).toEqual(['p5', 'p2', 'p3', 'p4'])
  })

  test('are sealed anew where they are still what was read', async () => {
    const database = await openForTest(dialect)
    for (const index of [1, 2, 3]) await addAccount(database, index)
    const page = await database.credentials.listSealed({ after: null, limit: 10 })
    await database.credentials.collect(collection('sealed-1'))

    const changes = page.map((credential) => ({ ...credential, resealed: credential.sealedPassword.toUpperCase() }))
    expect(await database.credentials.reseal(changes)).toBe(2)
    expect(await database.credentials.findOfUser('user-1')).toMatchObject({ sealedPassword: null })
    expect(await database.credentials.findOfUser('user-2')).toMatchObject({ sealedPassword: 'SEALED-2' })
    expect(await database.credentials.reseal(changes)).toBe(0)
  })
})
