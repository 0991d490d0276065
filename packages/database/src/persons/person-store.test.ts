import { existsSync, readFileSync } from 'node:fs'
import { isErased, liveKeyOf, type NewRun } from '@rollcall/engine'
import { complete, end, eventOf, insert, newId, newRun, T0 } from '@rollcall/engine/testing/ledger-contract'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Database } from '../create-database.ts'
import { createSqlServerClient } from '../open-client.ts'
import { wrapTransaction } from '../prisma.ts'
import { createTestDatabase } from '../testing/create-test-database.ts'
import { openForTest } from '../testing/open-for-test.ts'
import { createRecordingDriver } from '../testing/recording-driver.ts'
import { testDialects } from '../testing/test-dialects.ts'
import { LOCK_RUNS } from './erase-person.ts'
import { createPersonStore, type Erasure } from './person-store.ts'

/** An invented person, in words that stand nowhere else. */
const PERSON = {
  personId: 'Q7730001',
  firstName: 'Зорница',
  middleName: 'Непознатова',
  lastName: 'Изтриваема',
  birthDate: '2013-04-17',
  username: 'zi40302010',
  azureId: 'azure-of-zornitsa',
}
const { personId, username } = PERSON

function runOf(overrides: Partial<NewRun> = {}): NewRun {
  const { firstName, lastName, birthDate } = PERSON
  return newRun({
    subjectId: personId,
    subjectName: 'зорница непознатова изтриваема',
    liveKey: liveKeyOf({ name: 'account-create' }, { subjectId: personId }),
    input: { kind: 'student', personId, firstName, lastName, birthDate },
    ...overrides,
  })
}

const events = (run: NewRun) => [eventOf(run, { submittedData: { username }, receivedData: { azureId: PERSON.azureId } })]

/** A run that failed and was archived, one that completed, and everything that a person's account consists of. */
async function furnish(database: Database) {
  const { archive, audit, ledger, prisma } = database
  const failed = runOf()
  await insert(database, failed)
  await ledger.commit([
    end(failed, { events: events(failed), result: { RESERVE_USERNAME: { username } }, errorMessage: `Of ${personId}.` }),
  ])
  await archive.move({ status: 'failed', endedBefore: T0 + 9e9, exceptProcess: 'canary', archivedAt: T0, after: null, limit: 10 })
  const completed = runOf()
  await insert(database, completed)
  await ledger.commit([complete(completed, { events: events(completed), result: { RESERVE_USERNAME: { username } }, pollingUuid: 'h' })])
  const at = new Date(T0)
  const { firstName, middleName, lastName, birthDate, azureId } = PERSON
  await prisma.person.create({
    data: {
      ...{ personId, firstName, middleName, lastName, publicEduNumber: username, azureId, createdAt: at, updatedAt: at },
      birthDate: new Date(birthDate),
    },
  })
  const sysUserId = newId()
  await prisma.sysUser.create({
    data: {
      ...{ sysUserId, personId, username, isAzureUser: true, isAzureSynced: true, enrollmentStatus: 'ENROLLED', runUuid: completed.uuid },
      ...{ createdAt: at, updatedAt: at, liveUsername: username, livePersonId: personId },
    },
  })
  await prisma.institution.create({ data: { institutionId: 's1', createdAt: at } })
  await prisma.sysUserSysRole.create({ data: { sysUserId, sysRoleId: 6, institutionId: 's1', createdAt: at } })
  await prisma.usernameReservation.create({
    data: { username, personId, kind: 'student', reservedAt: at, ownerKey: `${personId}|student` },
  })
  await prisma.credential.create({ data: { personId, kind: 'student', sealedPassword: 'k:sealed', createdAt: at } })
  const importId = newId()
  await prisma.import.create({
    data: {
      ...{ id: importId, requestedBy: 'school', rowCount: 1, invalidCount: 0, createdAt: at, acceptedAt: at },
      columns: JSON.stringify({ delimiter: ';', names: ['personId', 'firstName'] }),
    },
  })
  await prisma.importRow.create({
    data: {
      ...{ importId, rowNumber: 2, outcome: 'started', personId, scopeId: 's1', runUuid: completed.uuid },
      ...{ cells: JSON.stringify([personId, firstName]), errors: '[]' },
    },
  })
  const entry = { at: T0, actor: 'olga', reason: 'because' }
  await audit.appendAll([
    { ...entry, id: newId(), action: 'person.read', targetType: 'person', targetId: personId, details: { runUuid: completed.uuid } },
    { ...entry, id: newId(), action: 'reservation.release', targetType: 'person', targetId: personId, details: { username } },
    { ...entry, id: newId(), action: 'credential.collect', targetType: 'account', targetId: sysUserId, details: {} },
    { ...entry, id: newId(), action: 'run.replay', targetType: 'run', targetId: failed.uuid, details: {} },
    { ...entry, id: newId(), action: 'person.read', targetType: 'import', targetId: importId, details: {} },
  ])
  return { failed, completed, sysUserId, importId }
}

function erasure(overrides: Partial<Erasure> = {}): Erasure {
  const audit = { id: newId(), at: T0 + 7, actor: 'ada', action: 'person.erase', targetType: 'person', targetId: personId }
  return { personId, accountsRemoved: true, audit: { ...audit, reason: 'asked for', details: { accountsRemoved: true } }, ...overrides }
}

describe.each(testDialects)('a person over $dialect', (dialect) => {
  test('is read from every table, with the histories of runs and what was done to them, and without the password', async () => {
    const database = await openForTest(dialect)
    const { failed, completed, sysUserId, importId } = await furnish(database)
    await database.ledger.append(eventOf(failed, { status: 'superseded' }))

    const records = await database.persons.read(personId)

    const { firstName, lastName, birthDate } = PERSON
    expect(records.person).toMatchObject({ personId, firstName, lastName, birthDate })
    expect(records.users).toMatchObject([{ sysUserId, username, roles: [{ sysRoleId: 6, role: 'STUDENT', institutionId: 's1' }] }])
    expect(records.reservations).toMatchObject([{ username, current: true }])
    expect(records.credentials).toEqual([{ kind: 'student', createdAt: T0, erasedAt: null, erasedBecause: null, collectedBy: null }])
    expect(records.runs).toMatchObject([{ run: { uuid: completed.uuid }, history: [{ submittedData: { username } }] }])
    expect(records.archivedRuns).toMatchObject([
      { run: { uuid: failed.uuid, archivedAt: T0 }, history: [{ status: 'success' }, { status: 'superseded' }] },
    ])
    expect(records.importRows).toMatchObject([{ importId, rowNumber: 2, cells: { personId, firstName } }])
    expect(records.auditRows.map(({ action, targetType }) => `${action} ${targetType}`).toSorted()).toEqual([
      'credential.collect account',
      'person.read import',
      'person.read person',
      'reservation.release person',
      'run.replay run',
    ])
    expect(JSON.stringify(records)).not.toContain('sealed"')
    expect(await database.persons.isKept(personId)).toBe(true)
  })

  test('who is unknown is not kept, and there is nothing to erase', async () => {
    const database = await openForTest(dialect)
    expect(await database.persons.isKept(personId)).toBe(false)
    expect(await database.persons.read(personId)).toMatchObject({ person: null, users: [], runs: [], auditRows: [] })
    expect(await database.persons.erase(erasure())).toEqual({ kind: 'unknown' })
    expect(await database.prisma.auditLog.count()).toBe(0)
  })

  test('is erased everywhere at once; runs keep their skeleton, the username is never given again, the log says who did it', async () => {
    const database = await openForTest(dialect)
    const { failed, completed, sysUserId } = await furnish(database)
    const { prisma, persons, ledger, archive, reservations } = database

    const result = await persons.erase(erasure())

    expect(result).toEqual({
      kind: 'erased',
      accounts: [{ sysUserId, username, azureId: PERSON.azureId, live: true }],
      counts: {
        ...{ person: 1, users: 1, roles: 1, credentials: 1, runs: 1, archivedRuns: 1, history: 2, importRows: 1 },
        ...{ auditDetails: 2, usernames: 1 },
      },
      auditRows: 4,
      remainsLeft: false,
    })
    expect([await prisma.person.count(), await prisma.sysUser.count(), await prisma.credential.count()]).toEqual([0, 0, 0])
    const run = await ledger.find(completed.uuid)
    const archived = await archive.find(failed.uuid)
    expect(run).toMatchObject({
      status: 'completed',
      state: 'COMPLETED',
      version: 3,
      input: {},
      result: {},
      subjectName: null,
      pollingUuid: null,
    })
    expect(archived).toMatchObject({
      status: 'failed',
      errorCode: 'X_FAILED',
      errorMessage: null,
      input: {},
      result: {},
      subjectName: null,
    })
    expect(run?.subjectId).toMatch(/^erased~[0-9a-f]{24}$/)
    expect([run && isErased(run), archived?.subjectId]).toEqual([true, run?.subjectId])
    for (const history of [await ledger.history(completed.uuid), await archive.history(failed.uuid)]) {
      expect(history).toMatchObject([
        { submittedData: null, receivedData: null, errorMessage: null, operationType: 'FIRST', status: 'success' },
      ])
    }
    expect(await prisma.importRow.findMany()).toMatchObject([{ cells: null, errors: null, personId: null, outcome: 'started' }])
    expect(await prisma.usernameReservation.findMany()).toMatchObject([{ username, personId: run?.subjectId, ownerKey: username }])
    const again = { personId, kind: 'student', candidates: [username, 'zi99999999'], replacing: null, sealedPassword: 's' } as const
    expect(await reservations.reserve(again)).toMatchObject({ username: 'zi99999999' })
    const log = await database.audit.list({ targetType: 'person', targetId: personId, limit: 9 })
    expect(log[0]).toMatchObject({ actor: 'ada', action: 'person.erase', reason: 'asked for', details: { accountsRemoved: true, runs: 1 } })
    expect(log.slice(1).map(({ details }) => details)).toEqual(expect.arrayContaining([{ runUuid: '[erased]' }, { username: '[erased]' }]))
  })

  test('may be asked for anew: work of the same key is accepted, and an order about the erased run comes too late', async () => {
    const database = await openForTest(dialect)
    const { completed } = await furnish(database)
    await database.persons.erase(erasure())
    await insert(database, runOf())
    const order = { uuid: completed.uuid, expectedVersion: 2, state: 'FIRST', input: completed.input, liveKey: completed.liveKey, at: T0 }
    const audit = { ...erasure().audit, id: newId(), action: 'run.replay' }
    const written = { subjectName: null, scopeId: null, event: eventOf(completed), audit }
    expect(await database.ledger.replay({ ...order, ...written })).toEqual({ kind: 'changed' })
  })

  test('who was erased before is erased again without a change', async () => {
    const database = await openForTest(dialect)
    await furnish(database)
    await database.persons.erase(erasure())
    const rows = await database.prisma.auditLog.count()
    expect(await database.persons.erase(erasure())).toMatchObject({ kind: 'erasedBefore', at: T0 + 7, auditRows: 3 })
    expect(await database.prisma.auditLog.count()).toBe(rows)
  })

  test('is not erased while a run lives or an account stands, and then nothing of them is touched', async () => {
    const database = await openForTest(dialect)
    const { sysUserId } = await furnish(database)
    const before = await database.persons.read(personId)
    expect(await database.persons.erase(erasure({ accountsRemoved: false }))).toEqual({ kind: 'accountStands', sysUserId })
    const live = runOf()
    await insert(database, live)
    expect(await database.persons.erase(erasure())).toEqual({ kind: 'runLives', uuid: live.uuid })
    await database.ledger.commit([end(live, { events: [] })])
    const { runs, ...others } = await database.persons.read(personId)
    expect(others).toEqual({ ...others, ...before, runs: undefined })
    expect(runs).toHaveLength(2)
  })
})

describe.each(testDialects)('a person whose account was begun and never finished, over $dialect,', (dialect) => {
  const owner = { personId, kind: 'student', candidates: [username], replacing: null, sealedPassword: 's' } as const

  test('is not erased before somebody says that none stands in the directory, since nobody would find it by its name any more', async () => {
    const database = await openForTest(dialect)
    const run = runOf()
    await insert(database, run)
    await database.reservations.reserve(owner)
    await database.ledger.commit([end(run)])
    const before = await database.persons.read(personId)

    expect(await database.persons.erase(erasure({ accountsRemoved: false }))).toEqual({ kind: 'accountUnfinished', of: 'student' })
    expect(await database.persons.read(personId)).toEqual(before)
    expect(await database.persons.erase(erasure())).toMatchObject({ kind: 'erased', counts: { usernames: 1 } })
  })

  test('is erased without that once the name was given up, which looks for the account', async () => {
    const database = await openForTest(dialect)
    await database.reservations.reserve(owner)
    const release = { personId, kind: 'student', username, process: 'account-create', blockingKey: 'x', versionsSeen: 0, at: T0 } as const
    await database.prisma.$transaction((tx) => database.reservations.release(wrapTransaction(tx), release))
    expect(await database.persons.erase(erasure({ accountsRemoved: false }))).toMatchObject({ kind: 'erased', counts: { usernames: 1 } })
  })
})

test('on SQLite the file and its log hold no byte of an erased person but the id in the audit log', async () => {
  const { database, url, cleanup } = await createTestDatabase()
  onTestFinished(cleanup)
  const file = url.slice('file:'.length)
  const bytes = () => [file, `${file}-wal`].flatMap((path) => (existsSync(path) ? [readFileSync(path)] : []))
  const holds = (text: string) => bytes().some((all) => all.includes(text))
  // Long enough to leave its page, and moved from page to page by neighbours.
  for (let index = 0; index < 60; index++) {
    const run = newRun({ input: { note: 'n'.repeat(3_000) }, liveKey: `other|${index}` })
    await insert(database, run)
    await database.ledger.commit([end(run)])
  }
  await furnish(database)
  const { firstName, middleName, lastName, birthDate, azureId } = PERSON
  const secrets = [firstName, middleName, lastName, birthDate, azureId, 'зорница']
  for (const secret of secrets) expect([secret, holds(secret)]).toEqual([secret, true])

  await database.persons.erase(erasure())

  for (const secret of secrets) expect([secret, holds(secret)]).toEqual([secret, false])
  await database.prisma.auditLog.deleteMany()
  await database.prisma.$queryRawUnsafe('PRAGMA wal_checkpoint(TRUNCATE)')
  expect(holds(personId)).toBe(false)
})

test('a person whom hundreds of pages were shown to is erased with a few statements, for the file is locked meanwhile', async () => {
  const statements: string[] = []
  const { database, cleanup } = await createTestDatabase({ onQuery: (sql) => statements.push(sql) })
  onTestFinished(cleanup)
  const { completed } = await furnish(database)
  const read = { at: T0, actor: 'olga', reason: 'because', action: 'person.read', targetType: 'person', targetId: personId }
  const details = { runUuid: completed.uuid }
  await database.audit.appendAll(Array.from({ length: 1_200 }, () => ({ ...read, id: newId(), details })))
  statements.splice(0)
  expect(await database.persons.erase(erasure())).toMatchObject({ kind: 'erased', counts: { auditDetails: 1_202 } })
  expect(await database.prisma.auditLog.count({ where: { details: { contains: completed.uuid } } })).toBe(0)
  expect(statements.filter((sql) => sql.startsWith('UPDATE') && sql.includes('AuditLog')).length).toBeLessThan(6)
})

test('on SQL Server the runs of the person are held before anything is asked, at the isolation level of everybody', async () => {
  const { factory, requests } = createRecordingDriver(() => [])
  const prisma = await createSqlServerClient({ adapter: factory })
  onTestFinished(() => prisma.$disconnect())
  await createPersonStore({ prisma, connection: null }).erase(erasure())
  expect(requests.slice(0, 2)).toEqual([
    { kind: 'begin', sql: '', args: [] },
    { kind: 'query', sql: LOCK_RUNS, args: [personId] },
  ])
  expect(requests.map(({ sql }) => sql)).not.toContainEqual(expect.stringContaining('PRAGMA'))
})
