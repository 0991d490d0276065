import { auditOf, newId, T0 } from '@rollcall/engine/testing/ledger-contract'
import { describe, expect, test } from 'vitest'
import type { Database } from '../create-database.ts'
import { openForTest } from '../testing/open-for-test.ts'
import { testDialects } from '../testing/test-dialects.ts'
import type { RegistrationRecord, WrittenRegistration } from './registration-store.ts'

const SECOND = 1_000

function newRegistration(overrides: Partial<RegistrationRecord> = {}): RegistrationRecord {
  const registrationId = newId()
  return {
    registrationId,
    registrationNumber: `ETH-${registrationId}`,
    userId: `user-${registrationId}`,
    status: 'submitted',
    organizationName: 'Hill Farm Co-operative',
    version: 1,
    createdAt: T0,
    updatedAt: T0,
    ...overrides,
  }
}

function written(registration: RegistrationRecord): WrittenRegistration {
  const { registrationId, version, updatedAt } = registration
  return {
    registration,
    event: { id: newId(), registrationId, version, body: `{"version":${version}}`, createdAt: updatedAt },
    audit: auditOf(registrationId),
  }
}

function next(registration: RegistrationRecord, changes: Partial<RegistrationRecord> = {}): RegistrationRecord {
  return { ...registration, version: registration.version + 1, updatedAt: registration.updatedAt + SECOND, ...changes }
}

async function versionsDue({ registrationEvents }: Database, now = T0 + 60 * SECOND): Promise<number[]> {
  return (await registrationEvents.due({ now, limit: 100 })).map(({ version }) => version)
}

describe.each(testDialects)('registrations over $dialect', (dialect) => {
  test('are found by id, number and user, however many there are', async () => {
    const { registrations } = await openForTest(dialect)
    const one = newRegistration()
    const double = newRegistration({ registrationNumber: one.registrationNumber })
    const draft = newRegistration({ registrationNumber: null, userId: one.userId, status: 'draft' })
    for (const each of [one, double, draft]) await registrations.add(written(each))
    const byId = (found: RegistrationRecord[]) => found.toSorted((a, b) => a.registrationId.localeCompare(b.registrationId))
    expect(await registrations.find(draft.registrationId)).toEqual(draft)
    expect(await registrations.find(newId())).toBeNull()
    expect(byId(await registrations.findByNumbers([`${one.registrationNumber}`, 'nobody’s']))).toEqual(byId([one, double]))
    expect(byId(await registrations.findByUsers([one.userId]))).toEqual(byId([one, draft]))
  })

  test('tell numbers apart by every letter, as they were given', async () => {
    const { registrations } = await openForTest(dialect)
    await registrations.add(written(newRegistration({ registrationNumber: 'ETH-a' })))
    expect(await registrations.findByNumbers(['ETH-A'])).toEqual([])
  })

  test('change only from the version that was seen, with the event and the audit row or not at all', async () => {
    const { prisma, registrations } = await openForTest(dialect)
    const first = newRegistration()
    await registrations.add(written(first))
    const second = next(first, { status: 'approved' })
    expect(await registrations.change(written(second))).toBe(true)
    expect(await registrations.change(written({ ...second, status: 'rejected' }))).toBe(false)
    expect(await registrations.find(first.registrationId)).toEqual(second)
    expect([await prisma.registrationEvent.count(), await prisma.auditLog.count()]).toEqual([2, 2])
  })

  test('cannot be told of twice in one version', async () => {
    const { prisma, registrations } = await openForTest(dialect)
    const first = newRegistration()
    await registrations.add(written(first))
    await prisma.registrationEvent.create({ data: { ...written(next(first)).event, createdAt: new Date(T0), attempts: 0 } })
    await expect(registrations.change(written(next(first)))).rejects.toThrow('The database refused a statement')
    expect(await registrations.find(first.registrationId)).toEqual(first)
  })
})

describe.each(testDialects)('events of registrations over $dialect', (dialect) => {
  test('come in the order of their versions, each after the one before it', async () => {
    const database = await openForTest(dialect)
    const { registrationEvents, registrations } = database
    const first = newRegistration()
    await registrations.add(written(first))
    await registrations.change(written(next(first)))
    const [event] = await registrationEvents.due({ now: T0, limit: 10 })
    expect(event).toMatchObject({ registrationId: first.registrationId, version: 1, body: '{"version":1}', attempts: 0, nextTryAt: T0 })
    expect(await versionsDue(database)).toEqual([1])
    await registrationEvents.markDelivered({ id: `${event?.id}`, at: T0 })
    expect(await versionsDue(database)).toEqual([2])
    expect([await registrationEvents.countPending(), await registrationEvents.oldestPending()]).toEqual([1, T0 + SECOND])
    await registrationEvents.markDelivered({ id: `${(await registrationEvents.due({ now: T0 + SECOND, limit: 1 }))[0]?.id}`, at: T0 })
    expect(await registrationEvents.oldestPending()).toBeNull()
  })

  test('of one registration do not wait for those of another', async () => {
    const database = await openForTest(dialect)
    for (const registration of [newRegistration(), newRegistration({ updatedAt: T0 + SECOND })]) {
      await database.registrations.add(written(registration))
      await database.registrations.change(written(next(registration)))
    }
    expect(await versionsDue(database)).toEqual([1, 1])
    expect(await versionsDue(database, T0)).toEqual([1])
    expect(await database.registrationEvents.due({ now: T0 + SECOND, limit: 1 })).toHaveLength(1)
  })

  test('are had by one at a time, and by another once the time is over', async () => {
    const { registrations, registrationEvents } = await openForTest(dialect)
    await registrations.add(written(newRegistration()))
    const [event] = await registrationEvents.due({ now: T0, limit: 1 })
    if (!event) throw new Error('expected an event')
    const until = T0 + 60 * SECOND
    expect(await registrationEvents.claim({ event, until })).toBe(true)
    expect(await registrationEvents.claim({ event, until })).toBe(false)
    expect(await registrationEvents.due({ now: until - 1, limit: 1 })).toEqual([])
    expect(await registrationEvents.due({ now: until, limit: 1 })).toEqual([{ ...event, attempts: 1, nextTryAt: until }])
  })

  test('that failed come again at their time; those that are given up let the later ones through', async () => {
    const database = await openForTest(dialect)
    const { prisma, registrations, registrationEvents } = database
    const first = newRegistration()
    await registrations.add(written(first))
    await registrations.change(written(next(first)))
    const [event] = await registrationEvents.due({ now: T0, limit: 1 })
    const id = `${event?.id}`
    await registrationEvents.markFailed({ id, nextTryAt: T0 + 5 * SECOND, error: 'HTTP 503' })
    expect(await versionsDue(database, T0 + 4 * SECOND)).toEqual([])
    expect(await versionsDue(database, T0 + 5 * SECOND)).toEqual([1])
    await registrationEvents.markFailed({ id, nextTryAt: null, error: 'x'.repeat(500) })
    expect(await versionsDue(database)).toEqual([2])
    expect((await prisma.registrationEvent.findUnique({ where: { id } }))?.lastError).toHaveLength(200)
  })

  test('are deleted once they are old and settled, a portion at a time', async () => {
    const { registrations, registrationEvents } = await openForTest(dialect)
    for (let count = 0; count < 3; count += 1) await registrations.add(written(newRegistration()))
    const [settled, other] = await registrationEvents.due({ now: T0, limit: 2 })
    await registrationEvents.markDelivered({ id: `${settled?.id}`, at: T0 })
    await registrationEvents.markFailed({ id: `${other?.id}`, nextTryAt: null, error: 'HTTP 410' })
    const before = T0 + 1
    expect(await registrationEvents.deleteSettled({ before: 0, limit: 10 })).toBe(0)
    expect(await registrationEvents.deleteSettled({ before, limit: 1 })).toBe(1)
    expect(await registrationEvents.deleteSettled({ before, limit: 10 })).toBe(1)
    expect(await registrationEvents.countPending()).toBe(1)
  })
})

describe.each(testDialects)('seeds over $dialect', (dialect) => {
  test('stand as they were given, and are left alone when they come again', async () => {
    const { prisma, registrations, registrationSeeds } = await openForTest(dialect)
    const records = [newRegistration(), newRegistration({ registrationNumber: null })]
    expect(await registrationSeeds.addRegistrations(records)).toBe(2)
    expect(await registrationSeeds.addRegistrations([...records.map((record) => next(record)), newRegistration()])).toBe(1)
    for (const record of records) expect(await registrations.find(record.registrationId)).toEqual(record)
    expect(await prisma.registrationEvent.count()).toBe(0)
  })

  test('of accounts follow their registrations', async () => {
    const { prisma, registrationSeeds } = await openForTest(dialect)
    const account = {
      userId: 'u-1',
      accountStatus: 'active',
      organizationStatus: 'approved',
      registrationNumber: null,
      organizationName: 'Hill Farm Co-operative',
      registrationVersion: 4,
      createdAt: T0,
    }
    expect(await registrationSeeds.addAccounts([account])).toBe(1)
    expect(await registrationSeeds.addAccounts([account])).toBe(0)
    const { createdAt, ...columns } = account
    expect(await prisma.organisationAccount.findUnique({ where: { userId: 'u-1' } })).toMatchObject({
      ...columns,
      type: 'organization',
      numberKey: 'user:u-1',
      statusSource: 'registration_sync',
      statusVersion: 1,
      createdAt: new Date(createdAt),
    })
  })
})
