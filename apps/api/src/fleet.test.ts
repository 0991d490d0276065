// What those see who watch the whole fleet: GET /history and GET /status.
import { testRedis } from '@rollcall/platform/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { student, teacher } from './test-support/people.ts'
import { startTestApi, type TestApi } from './test-support/start-test-api.ts'

const redis = testRedis()
const MINUTE_MS = 60_000
const other = { ...teacher, personId: '7700000077' }

let test: TestApi
beforeEach(async () => {
  test = await startTestApi({ redisUrl: redis.url })
})
afterEach(() => test.close())

function pass(ms: number): void {
  test.clock.moveTo(test.clock.now() + ms)
}

describe('GET /history', () => {
  it('shows what happened to all runs, oldest first, without data', async () => {
    const [a, b] = [(await test.post('/student-create', student)).body, (await test.post('/teacher-create', other)).body]
    await test.happened(a.uuid)
    pass(1_000)
    await test.happened(b.uuid, { status: 'failed', errorCode: 'DIRECTORY_BUSY', errorMessage: `for ${other.lastName}`, attempt: 1 })
    pass(3_000)
    const { status, body } = await test.get('/history')
    expect(status).toBe(200)
    expect(body.events).toEqual([
      {
        id: expect.any(String),
        createdAt: '2026-09-01T08:00:00.000Z',
        runUuid: a.uuid,
        process: 'account-create',
        state: 'RESERVE_USERNAME',
        operationType: 'RESERVE_USERNAME',
        status: 'success',
        version: 1,
        attempt: 0,
        durationMs: 12,
        count: null,
        errorCode: null,
      },
      expect.objectContaining({ runUuid: b.uuid, status: 'failed', errorCode: 'DIRECTORY_BUSY', attempt: 1 }),
    ])
    expect(JSON.stringify(body)).not.toMatch(/kalina|for /)
  })

  it('goes on from its cursor, which stays where it is while nothing happens', async () => {
    const { uuid } = (await test.post('/student-create', student)).body
    await test.happened(uuid)
    pass(3_000)
    const first = (await test.get('/history')).body
    const idle = (await test.get(`/history?after=${first.nextCursor}`)).body
    expect(idle).toEqual({ events: [], nextCursor: first.nextCursor })
    await test.happened(uuid, { state: 'POLL_USER_CREATE' })
    pass(3_000)
    const { events } = (await test.get(`/history?after=${idle.nextCursor}`)).body
    expect(events).toMatchObject([{ state: 'POLL_USER_CREATE' }])
  })

  it('holds an event back until its neighbours are written', async () => {
    const { uuid } = (await test.post('/student-create', student)).body
    await test.happened(uuid)
    pass(2_000)
    expect((await test.get('/history')).body).toEqual({ events: [], nextCursor: null })
    pass(1)
    expect((await test.get('/history')).body.events).toHaveLength(1)
  })

  it('begins with the last hour, and can be narrowed', async () => {
    const { uuid } = (await test.post('/student-create', student)).body
    await test.happened(uuid)
    pass(61 * MINUTE_MS)
    await test.happened(uuid, { state: 'POLL_USER_CREATE' })
    await test.happened(uuid, { state: 'AWAITING_ENROLLMENT', errorCode: 'DIRECTORY_BUSY' })
    pass(3_000)
    const states = async (query: string) => (await test.get(`/history${query}`)).body.events.map(({ state }: { state: string }) => state)
    expect((await states('')).sort()).toEqual(['AWAITING_ENROLLMENT', 'POLL_USER_CREATE'])
    expect(await states('?errors=true')).toEqual(['AWAITING_ENROLLMENT'])
    expect(await states('?state=POLL_USER_CREATE&errors=false')).toEqual(['POLL_USER_CREATE'])
    expect(await states('?process=canary')).toEqual([])
    expect(await states('?limit=1')).toHaveLength(1)
  })

  it('goes back no further than an hour, also for whoever comes with an old cursor', async () => {
    const { uuid } = (await test.post('/student-create', student)).body
    await test.happened(uuid)
    pass(MINUTE_MS)
    const { nextCursor } = (await test.get('/history')).body
    await test.happened(uuid, { state: 'POLL_USER_CREATE' })
    pass(61 * MINUTE_MS)
    await test.happened(uuid, { state: 'AWAITING_ENROLLMENT' })
    pass(MINUTE_MS)
    const { events } = (await test.get(`/history?after=${nextCursor}`)).body
    expect(events.map(({ state }: { state: string }) => state)).toEqual(['AWAITING_ENROLLMENT'])
  })

  it('is nothing for upstream systems, and names what is wrong in a query', async () => {
    expect((await test.get('/history', { as: 'upstream' })).status).toBe(403)
    const { status, body } = await test.get('/history?after=x&errors=perhaps&limit=501&foo=1')
    expect(status).toBe(400)
    expect(body.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual(['/after', '/limit', '/errors', '/foo'])
  })
})

describe('GET /status', () => {
  it('counts what is under way and what failed in the last day', async () => {
    const [a, b] = [(await test.post('/student-create', student)).body, (await test.post('/teacher-create', other)).body]
    const stateSince = new Date(test.clock.now())
    await test.database.prisma.run.update({
      where: { uuid: b.uuid },
      data: { state: 'FAILED', status: 'failed', dueAt: null, errorCode: 'USERNAMES_EXHAUSTED', stateSince, liveKey: b.uuid },
    })
    pass(23 * 60 * MINUTE_MS)
    const { status, body } = await test.get('/status')
    expect(status).toBe(200)
    expect(body).toEqual({
      at: '2026-09-02T07:00:00.000Z',
      backlog: [{ process: 'account-create', state: a.state, status: 'new', count: 1, oldestSince: '2026-09-01T08:00:00.000Z' }],
      failures: {
        since: '2026-09-01T07:00:00.000Z',
        counts: [{ process: 'account-create', errorCode: 'USERNAMES_EXHAUSTED', count: 1 }],
      },
      resources: expect.arrayContaining([{ name: 'graph', closed: false, closure: null }]),
      workers: { alive: [], missing: [], silent: null },
    })
    pass(61 * MINUTE_MS)
    expect((await test.get('/status')).body.failures.counts).toEqual([])
  })

  it('names the workers that live, that are missing, and the one that is silent', async () => {
    await test.close()
    const at = Date.UTC(2026, 8, 1, 8)
    test = await startTestApi({
      redisUrl: redis.url,
      deps: {
        readFleet: async () => ({
          status: 'degraded',
          missing: ['poll'],
          silent: { worker: 'create', state: 'CREATE', since: at },
          heartbeats: [{ worker: 'create', instance: 'host-1', at, startedAt: at - MINUTE_MS, jobsInHand: 3, loopLagMs: 1 }],
        }),
      },
    })
    expect((await test.get('/status')).body.workers).toEqual({
      alive: [
        {
          worker: 'create',
          instance: 'host-1',
          lastBeatAt: '2026-09-01T08:00:00.000Z',
          startedAt: '2026-09-01T07:59:00.000Z',
          jobsInHand: 3,
          loopLagMs: 1,
        },
      ],
      missing: ['poll'],
      silent: { worker: 'create', state: 'CREATE', since: '2026-09-01T08:00:00.000Z' },
    })
  })

  it('answers without Redis what the ledger knows', async () => {
    await test.close()
    test = await startTestApi({ redisUrl: redis.url, deps: { readFleet: () => Promise.reject(new Error('Redis is away.')) } })
    expect((await test.get('/status')).body).toMatchObject({ backlog: [], workers: null })
    expect(test.log()).toContain('the heartbeats could not be read')
    expect((await test.get('/status', { as: 'upstream' })).status).toBe(403)
  })
})
