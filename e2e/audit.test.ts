// The audit is the word that every fault test ends with, so it must be able to say no: one sound story, and whatever can be wrong with it.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Database } from '@rollcall/database'
import { createTestDatabase } from '@rollcall/database/testing'
import { createDispatcher, queueKey } from '@rollcall/engine'
import { type RedisServer, startRedisServer } from '@rollcall/platform/redis-server'
import { accountCreate } from '@rollcall/provisioning'
import type { SimulatorClient } from '@rollcall/scripts/fleet'
import { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Audit, audit, CLEAN } from './support/audit.ts'

const NAMESPACE = 'audited'
const UUID = '01900000-0000-7000-8000-000000000001'
const OTHER = '01900000-0000-7000-8000-000000000002'
const AT = new Date('2026-09-15T06:00:00Z')
const PERSON = { personId: '1001', firstName: 'Неда', lastName: 'Примерова', birthDate: AT, createdAt: AT, updatedAt: AT }
const ACCOUNT = {
  id: 'azure-1',
  deleted: false,
  markers: { student: PERSON.personId },
  schools: ['school'],
  memberOf: ['class'],
  teaches: [] as string[],
}
const EXTERNAL_IDS = { school: '2902418', class: '771204', 'other-school': '2902419', 'other-class': '771205' }
const RESULT = { POLL_USER_CREATE: { azureId: ACCOUNT.id } }

let folder: string
let server: RedisServer
let redis: Redis
let opened: Awaited<ReturnType<typeof createTestDatabase>>
let prisma: Database['prisma']
let directory: (typeof ACCOUNT)[]
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollcall-audit-'))
  server = await startRedisServer({ dir: folder, port: 0, persistent: false })
  redis = new Redis(server.url)
})
afterAll(async () => {
  redis.disconnect()
  await server.stop()
  await rm(folder, { recursive: true })
})
beforeEach(async () => {
  await redis.flushall()
  opened = await createTestDatabase()
  prisma = opened.database.prisma
  directory = [ACCOUNT]
  await prisma.run.create({ data: runRow({}) })
  await prisma.runEvent.createMany({
    data: [eventRow({ id: '1' }), eventRow({ id: '2', version: 2, receivedData: '{"azureId": "azure-1"}' })],
  })
  await prisma.person.create({ data: { ...PERSON, azureId: ACCOUNT.id } })
  await prisma.sysUser.create({ data: userRow({}) })
})
afterEach(() => opened.cleanup())

type RunRow = Parameters<typeof prisma.run.create>[0]['data']
type EventRow = Parameters<typeof prisma.runEvent.create>[0]['data']

function runRow(changes: Partial<RunRow>): RunRow {
  const { uuid = UUID } = changes
  return {
    uuid,
    groupUuid: uuid,
    process: accountCreate.name,
    type: 'CREATE_NEISPUO_STUDENT',
    state: 'COMPLETED',
    status: 'completed',
    completion: 'full',
    version: 3,
    attempt: 0,
    dueAt: null,
    inputArgs: '{"schoolId":"2902418","classIds":["771204"]}',
    resultObject: JSON.stringify(RESULT),
    liveKey: uuid,
    naturalKey: 'account-create:1001',
    priority: 1,
    subjectId: PERSON.personId,
    requestedBy: 'test',
    createdAt: AT,
    updatedAt: AT,
    stateSince: AT,
    ...changes,
  }
}

function eventRow(changes: Partial<EventRow>): EventRow {
  const state = 'POLL_USER_CREATE'
  return { runUuid: UUID, id: '1', createdAt: AT, operationType: state, status: 'success', state, version: 1, attempt: 0, ...changes }
}

function userRow(changes: { readonly sysUserId?: string; readonly runUuid?: string }) {
  const { sysUserId = 'user-1', runUuid = UUID } = changes
  return {
    sysUserId,
    personId: PERSON.personId,
    username: sysUserId,
    isAzureUser: true,
    isAzureSynced: true,
    enrollmentStatus: 'ENROLLED',
    runUuid,
    createdAt: AT,
    updatedAt: AT,
    liveUsername: sysUserId,
    livePersonId: sysUserId,
  }
}

/** Of a live run, unless it is told otherwise. */
async function enqueue(uuid: string, version = 1): Promise<void> {
  const dispatcher = createDispatcher({ connection: redis, namespace: NAMESPACE, processes: [accountCreate] })
  await dispatcher.enqueue([{ process: accountCreate.name, state: 'RESERVE_USERNAME', uuid, version, priority: 1, delayMs: 0 }])
  await dispatcher.close()
}

const LIVE = { uuid: OTHER, state: 'RESERVE_USERNAME', status: 'new', completion: null, version: 1, dueAt: AT, resultObject: '{}' } as const

function auditIt(accepted: readonly string[] = [UUID]): Promise<Audit> {
  const simulator: Pick<SimulatorClient, 'get'> = { get: async <Answer>() => ({ users: directory, externalIds: EXTERNAL_IDS }) as Answer }
  return audit({ accepted, database: opened.database, simulator, redis, namespace: NAMESPACE, settlesWithinMs: 0 })
}

test('the audit has nothing to say about a sound story, nor about what is still under way as it should be', async () => {
  expect(await auditIt()).toEqual(CLEAN)
  await prisma.run.create({ data: runRow(LIVE) })
  await enqueue(OTHER)
  expect(await auditIt([UUID, OTHER])).toEqual({ ...CLEAN, unfinished: [`${OTHER} in RESERVE_USERNAME`] })
})

describe('the audit finds', () => {
  const wrongs: [string, () => Promise<unknown>, Partial<Audit>][] = [
    [
      'a run that failed',
      () => prisma.run.update({ where: { uuid: UUID }, data: { status: 'failed', errorCode: 'X' } }),
      { failed: [`${UUID} X`] },
    ],
    ['a run that completed in part', () => prisma.run.updateMany({ data: { completion: 'partial' } }), { partial: [UUID] }],
    ['two accounts of one person', async () => directory.push(ACCOUNT), { doubledInDirectory: ['1001'] }],
    [
      'an account that no run names',
      async () => directory.push({ ...ACCOUNT, id: 'a2', markers: { student: '1002' } }),
      { unnamedAccounts: ['a2'] },
    ],
    ['two users of one person', () => prisma.sysUser.create({ data: userRow({ sysUserId: 'user-2' }) }), { doubledUsers: ['1001'] }],
    ['a user that no run made', () => prisma.sysUser.updateMany({ data: { runUuid: OTHER } }), { unnamedUsers: ['1001'] }],
    ['a completed run without a user', () => prisma.sysUser.deleteMany(), { mismatched: ['1001'] }],
    ['a user of another account', () => prisma.person.updateMany({ data: { azureId: 'a2' } }), { mismatched: ['1001'] }],
    ['an account that is missing in a class', async () => (directory = [{ ...ACCOUNT, memberOf: [] }]), { misplaced: ['1001'] }],
    ['an account in another class', async () => (directory = [{ ...ACCOUNT, memberOf: ['other-class'] }]), { misplaced: ['1001'] }],
    ['an account in another school', async () => (directory = [{ ...ACCOUNT, schools: ['other-school'] }]), { misplaced: ['1001'] }],
    [
      'an account in a second school',
      async () => (directory = [{ ...ACCOUNT, schools: ['school', 'other-school'] }]),
      { misplaced: ['1001'] },
    ],
    [
      'a version that nothing tells of',
      () => prisma.runEvent.deleteMany({ where: { version: 1 } }),
      { inconsistent: [`${UUID}: nothing tells how it left version 1`] },
    ],
    [
      'a version that was left twice',
      () => prisma.runEvent.create({ data: eventRow({ id: '3' }) }),
      { inconsistent: [`${UUID}: it left version 1 twice`] },
    ],
    [
      'work on a run that had ended',
      () => prisma.runEvent.create({ data: eventRow({ id: '3', version: 3, status: 'failed', operationType: 'LATE' }) }),
      { inconsistent: [`${UUID}: LATE of version 3, which it never worked`] },
    ],
    [
      'a result that its history does not tell',
      () => prisma.run.updateMany({ data: { resultObject: JSON.stringify({ ...RESULT, OTHER: {} }) } }),
      { inconsistent: [`${UUID}: its result is not the fold of its history`] },
    ],
    ['a job of an ended run', () => enqueue(UUID, 2), { leftoverJobs: [`${UUID}-2 in account-create.RESERVE_USERNAME`] }],
    ['a job of no run', () => enqueue(OTHER), { leftoverJobs: [`${OTHER}-1 in account-create.RESERVE_USERNAME`] }],
    [
      'a job that stands in no list',
      () => redis.hset(queueKey({ namespace: NAMESPACE, queue: 'account-create.RESERVE_USERNAME', part: `${UUID}-1` }), 'stc', 1),
      { strayJobs: [`${UUID}-1 in account-create.RESERVE_USERNAME`] },
    ],
    [
      'a live run without a job, although a job of an earlier version is there',
      async () => {
        await prisma.run.create({ data: { ...runRow(LIVE), version: 2 } })
        await prisma.runEvent.create({ data: eventRow({ runUuid: OTHER, receivedData: null }) })
        await enqueue(OTHER, 1)
      },
      { withoutJob: [`${OTHER}-2 in RESERVE_USERNAME`], unfinished: [`${OTHER} in RESERVE_USERNAME`] },
    ],
  ]
  test.each(wrongs)('%s', async (_what, spoil, found) => {
    await spoil()
    expect(await auditIt()).toEqual({ ...CLEAN, ...found })
  })

  test('what was accepted and is gone', async () => {
    expect(await auditIt([UUID, OTHER])).toEqual({ ...CLEAN, lost: [OTHER] })
  })
})
