import { createRedisResourceGate, type ResourceGate } from '@rollcall/engine'
import { connectRedis, createLogger, disconnectRedis } from '@rollcall/platform'
import { testRedis } from '@rollcall/platform/testing'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { student } from '../test-support/people.ts'
import { startTestApi, type TestApi } from '../test-support/start-test-api.ts'

const redis = testRedis()
const operator = { as: 'operator' } as const
const reason = 'Maintenance until noon.'
const closed = {
  name: 'graph',
  closed: true,
  closure: { errorCode: 'CLOSED_BY_OPERATOR', cause: reason, closedAt: '2026-09-01T08:00:00.000Z', closedBy: 'operator of the tests' },
}
const open = { name: 'graph', closed: false, closure: null }
const going = { name: 'fleet', closed: false, closure: null }

let test: TestApi
let gate: ResourceGate
let hangUp: () => Promise<void>
beforeEach(async () => {
  const logger = createLogger({ app: 'test', level: 'silent' })
  const connection = connectRedis({ url: redis.url, role: 'worker', logger })
  hangUp = () => disconnectRedis(connection)
  const limits = [{ name: 'graph', ratePerSecond: 20, burst: 100, reopenByProbe: true }]
  gate = createRedisResourceGate({ connection, namespace: 'resources', limits, random: () => 0 })
  await connection.flushall()
  test = await startTestApi({ redisUrl: redis.url, deps: { gate } })
})
afterEach(async () => {
  await test.close()
  await hangUp()
})

const enter = () => gate.enter({ resource: 'graph', tokens: 1, lane: 'interactive', scope: null, uuid: 'a run', now: test.clock.now() })

it('lists the whole fleet and the outside systems that the processes need', async () => {
  expect(await test.get('/resources')).toMatchObject({ status: 200, body: { resources: [going, open] } })
})

it('closes a resource for the whole fleet, with its reason in the audit log', async () => {
  expect(await test.post('/resources/graph/close', { reason }, operator)).toMatchObject({ status: 200, body: closed })
  expect((await test.get('/resources')).body.resources).toEqual([going, closed])
  expect(await enter()).toMatchObject({ kind: 'wait', closed: true })
  const audit = await test.database.audit.list({ targetType: 'resource', targetId: 'graph', limit: 10 })
  expect(audit).toMatchObject([{ actor: 'operator of the tests', action: 'resource.close', reason }])
  expect(JSON.stringify(test.notices) + test.log()).not.toContain(reason)
})

it('lets no probe into what an operator has closed', async () => {
  await test.post('/resources/graph/close', { reason }, operator)
  test.clock.moveTo(test.clock.now() + 7 * 86_400_000)
  expect(await enter()).toMatchObject({ kind: 'wait', closed: true })
})

it('reopens a resource, gives the runs that waited their time back, and opens the gate', async () => {
  const { body: run } = await test.post('/student-create', student)
  await test.database.prisma.run.update({ where: { uuid: run.uuid }, data: { state: 'POLL_USER_CREATE' } })
  await test.post('/resources/graph/close', { reason }, operator)
  test.clock.moveTo(test.clock.now() + 3_600_000)
  expect(await test.post('/resources/graph/reopen', { reason: 'Done.' }, operator)).toMatchObject({ status: 200, body: open })
  expect((await test.get('/resources')).body.resources).toEqual([going, open])
  // An opened gate begins with an empty bucket.
  expect(await enter()).toMatchObject({ kind: 'wait', closed: false })
  expect((await test.get(`/azure-data-sync/${run.uuid}`)).body.stateSince).toBe('2026-09-01T09:00:00.000Z')
  const audit = await test.database.audit.list({ targetType: 'resource', targetId: 'graph', limit: 10 })
  expect(audit.map(({ action }) => action).sort()).toEqual(['resource.close', 'resource.reopen'])
})

it('pauses the whole fleet, which goes on accepting requests, and gives every run its time back', async () => {
  const { body: waiting } = await test.post('/student-create', student)
  const paused = await test.post('/resources/fleet/close', { reason }, operator)
  expect(paused).toMatchObject({ status: 200, body: { ...closed, name: 'fleet' } })
  expect(await test.post('/student-create', { ...student, personId: 'another' })).toMatchObject({ status: 202 })
  expect(await test.database.closures.list()).toMatchObject([{ resource: 'fleet', errorCode: 'CLOSED_BY_OPERATOR' }])
  test.clock.moveTo(test.clock.now() + 3_600_000)
  expect(await test.post('/resources/fleet/reopen', { reason: 'Done.' }, operator)).toMatchObject({ status: 200, body: going })
  expect((await test.get(`/azure-data-sync/${waiting.uuid}`)).body.stateSince).toBe('2026-09-01T09:00:00.000Z')
  const audit = await test.database.audit.list({ targetType: 'resource', targetId: 'fleet', limit: 10 })
  expect(audit.map(({ action }) => action).sort()).toEqual(['resource.close', 'resource.reopen'])
})

it('refuses to close what is closed, lets open things be reopened, and knows no other resource', async () => {
  await test.post('/resources/graph/close', { reason }, operator)
  const twice = await test.post('/resources/graph/close', { reason }, operator)
  expect(twice).toMatchObject({ status: 409, body: { code: 'RESOURCE_CLOSED_ALREADY' } })
  await test.post('/resources/graph/reopen', { reason }, operator)
  expect(await test.post('/resources/graph/reopen', { reason }, operator)).toMatchObject({ status: 200, body: open })
  const unknown = await test.post('/resources/mainframe/close', { reason }, operator)
  expect(unknown).toMatchObject({ status: 404, body: { code: 'RESOURCE_NOT_FOUND', detail: 'Known are fleet, graph.' } })
})

it('asks for a reason', async () => {
  for (const path of ['/resources/graph/close', '/resources/graph/reopen']) {
    expect(await test.post(path, {}, operator)).toMatchObject({ status: 422, body: { errors: [{ pointer: '/reason' }] } })
  }
  expect(await test.rows()).toEqual({})
})
