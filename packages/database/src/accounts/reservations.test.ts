import type { ReserveInput } from '@rollcall/provisioning'
import { describe, expect, test } from 'vitest'

import type { PrismaClient } from '../prisma.ts'
import { openForTest } from '../testing/open-for-test.ts'
import { testDialects } from '../testing/test-dialects.ts'

function asking(overrides: Partial<ReserveInput> = {}): ReserveInput {
  return {
    personId: 'p1',
    kind: 'teacher',
    candidates: ['mila.probna', 'mila.i.probna'],
    replacing: null,
    sealedPassword: 'sealed-1',
    ...overrides,
  }
}

/** What the database's own clock says. */
const kept = { sealedAt: expect.any(Number), erasedAt: null, formerNames: [] }

/** The teacher of `asking()` as a finished account. */
async function persistUser(prisma: PrismaClient): Promise<void> {
  await prisma.person.create({
    data: {
      personId: 'p1',
      firstName: 'Мила',
      lastName: 'Пробна',
      birthDate: new Date(0),
      createdAt: new Date(0),
      updatedAt: new Date(0),
    },
  })
  await prisma.sysUser.create({
    data: {
      ...{
        sysUserId: 'user-1',
        personId: 'p1',
        username: 'mila.probna',
        liveUsername: 'mila.probna',
        livePersonId: 'p1',
        runUuid: 'run-1',
      },
      ...{ isAzureUser: true, isAzureSynced: true, enrollmentStatus: 'ENROLLED', createdAt: new Date(0), updatedAt: new Date(0) },
    },
  })
}

describe.each(testDialects)('username reservations over $dialect', (dialect) => {
  test('give the first free candidate and keep the password that goes with it', async () => {
    const { reservations } = await openForTest(dialect)
    expect(await reservations.find({ personId: 'p1', kind: 'teacher' })).toBeNull()
    const reserved = await reservations.reserve(asking())
    expect(reserved).toEqual({ ...kept, personId: 'p1', kind: 'teacher', username: 'mila.probna', sealedPassword: 'sealed-1' })
    expect(await reservations.find({ personId: 'p1', kind: 'teacher' })).toEqual(reserved)
    expect(await reservations.reserve(asking({ personId: 'p2' }))).toMatchObject({ personId: 'p2', username: 'mila.i.probna' })
  })

  test('answer the same name and password when asked again, whatever is asked', async () => {
    const { reservations } = await openForTest(dialect)
    const first = await reservations.reserve(asking())
    expect(await reservations.reserve(asking({ candidates: ['other'], sealedPassword: 'sealed-2' }))).toEqual(first)
  })

  test('burn a name that turned out to be somebody else’s: nobody ever gets it', async () => {
    const { reservations } = await openForTest(dialect)
    await reservations.reserve(asking())
    const replacing = asking({ replacing: 'mila.probna', sealedPassword: 'sealed-2' })

    const next = await reservations.reserve(replacing)

    const former = { formerNames: ['mila.probna'] }
    expect(next).toEqual({ ...kept, ...former, personId: 'p1', kind: 'teacher', username: 'mila.i.probna', sealedPassword: 'sealed-1' })
    expect(await reservations.reserve(replacing)).toEqual(next)
    expect(await reservations.reserve(asking({ personId: 'p2', candidates: ['mila.probna', 'mila.probna2'] }))).toMatchObject({
      username: 'mila.probna2',
    })
  })

  test('tell of the last five names that the person had before, of either kind, and of nobody else’s', async () => {
    const { prisma, reservations } = await openForTest(dialect)
    const burnt = (username: string, index: number, personId = 'p1') => {
      const reservedAt = new Date(index)
      return prisma.usernameReservation.create({ data: { username, personId, kind: 'student', reservedAt, ownerKey: username } })
    }
    for (let index = 1; index <= 6; index++) await burnt(`former${index}`, index)
    await burnt('another', 7, 'p2')
    expect((await reservations.reserve(asking()))?.formerNames).toEqual(['former6', 'former5', 'former4', 'former3', 'former2'])
    expect((await reservations.find({ personId: 'p1', kind: 'teacher' }))?.formerNames).toHaveLength(5)
  })

  test('are refused to a person who has a live user under another name, and stay with one who has it under this', async () => {
    const database = await openForTest(dialect)
    const { prisma, reservations } = database
    await reservations.reserve(asking())
    await persistUser(prisma)
    expect(await reservations.reserve(asking())).toMatchObject({ username: 'mila.probna' })
    const asStudent = asking({ kind: 'student', candidates: ['mp12345678'] })
    await expect(reservations.reserve(asStudent)).rejects.toMatchObject({ errorCode: { code: 'ACCOUNT_EXISTS' } })
  })

  test('are refused where an account of another kind was begun and never finished; after that, name and password are of their own', async () => {
    const { prisma, reservations } = await openForTest(dialect)
    const asStudent = asking({ kind: 'student', candidates: ['mp12345678'] })
    await reservations.reserve(asking())
    await expect(reservations.reserve(asStudent)).rejects.toMatchObject({ errorCode: { code: 'OTHER_ACCOUNT_UNFINISHED' } })
    expect(await reservations.reserve(asking())).toMatchObject({ username: 'mila.probna' })

    await persistUser(prisma)
    await prisma.sysUser.update({
      where: { sysUserId: 'user-1' },
      data: { deletedOn: new Date(1), liveUsername: 'user-1', livePersonId: 'user-1' },
    })
    expect(await reservations.reserve({ ...asStudent, sealedPassword: 'sealed-2' })).toEqual({
      ...kept,
      personId: 'p1',
      kind: 'student',
      username: 'mp12345678',
      sealedPassword: 'sealed-2',
    })
    expect(await reservations.find({ personId: 'p1', kind: 'teacher' })).toMatchObject({ sealedPassword: 'sealed-1' })
  })

  test('seal a new password under the same name where the old one is gone and that is asked for, and only then', async () => {
    const { prisma, reservations } = await openForTest(dialect)
    await reservations.reserve(asking())
    const renewing = asking({ renewing: true, sealedPassword: 'sealed-2' })
    expect(await reservations.reserve(renewing)).toMatchObject({ username: 'mila.probna', sealedPassword: 'sealed-1' })

    const collected = { sealedPassword: null, erasedAt: new Date(5), erasedBecause: 'collected', collectedBy: 'upstream' }
    await prisma.credential.updateMany({ data: { ...collected, createdAt: new Date(1) } })
    expect(await reservations.reserve(asking())).toMatchObject({ sealedPassword: null, sealedAt: 1, erasedAt: 5 })
    expect(await reservations.reserve(renewing)).toMatchObject({ ...kept, username: 'mila.probna', sealedPassword: 'sealed-2' })
    expect(await prisma.credential.findMany()).toMatchObject([{ erasedAt: null, erasedBecause: null, collectedBy: null }])
    expect(await reservations.reserve({ ...renewing, sealedPassword: 'sealed-3' })).toMatchObject({ sealedPassword: 'sealed-2' })
  })

  test('seal a new password with a new name where the old one is gone', async () => {
    const { prisma, reservations } = await openForTest(dialect)
    await reservations.reserve(asking())
    await prisma.credential.updateMany({ data: { sealedPassword: null, erasedAt: new Date(5), erasedBecause: 'expired' } })
    const replacing = asking({ replacing: 'mila.probna', sealedPassword: 'sealed-2' })
    expect(await reservations.reserve(replacing)).toMatchObject({ username: 'mila.i.probna', sealedPassword: 'sealed-2', erasedAt: null })
  })

  test('answer null when every candidate is taken', async () => {
    const { reservations } = await openForTest(dialect)
    await reservations.reserve(asking({ candidates: ['only'] }))
    expect(await reservations.reserve(asking({ personId: 'p2', candidates: ['only'] }))).toBeNull()
    expect(await reservations.reserve(asking({ replacing: 'only', candidates: ['only'] }))).toBeNull()
    expect(await reservations.find({ personId: 'p1', kind: 'teacher' })).toBeNull()
  })

  test('give 20 people of the same name 20 names when they ask at once', async () => {
    const { reservations } = await openForTest(dialect)
    const candidates = ['ivan.ivanov', ...Array.from({ length: 25 }, (_, index) => `ivan.ivanov${index + 2}`)]
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => reservations.reserve(asking({ personId: `p${index}`, candidates }))),
    )
    expect(answers.map((answer) => answer?.username).sort()).toEqual(candidates.slice(0, 20).sort())
  })

  test('give one person one name however many ask for it at once', async () => {
    const { reservations } = await openForTest(dialect)
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => reservations.reserve(asking({ candidates: [`c${index}`], sealedPassword: `s${index}` }))),
    )
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
  })
})
