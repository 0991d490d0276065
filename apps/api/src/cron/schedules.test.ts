import { createFireDue, ensureSchedules } from '@rollcall/engine'
import { testRedis } from '@rollcall/platform/testing'
import { statusSyncSchedules } from '@rollcall/status-sync'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { COMPLETED, type CronTest, createCronTest } from '../test-support/create-cron-test.ts'

const redis = testRedis()
let test: CronTest
beforeEach(async () => {
  test = await createCronTest({ redisUrl: redis.url })
})
afterEach(() => test.close())

const reason = 'The registry is quieter at night.'

function edit(body: object, headers: Readonly<Record<string, string>> = { 'if-match': '"1"' }) {
  return test.patch('/api/cron/userStatusSync', { reason, ...body }, { headers })
}

describe('the configuration of a job', () => {
  it('defect 1: names each value with its source', async () => {
    await edit({ settings: { batchSize: 25 } })
    const { body, headers } = await test.get('/api/cron/userStatusSync/config')
    expect(headers.etag).toBe('"2"')
    expect(body).toMatchObject({ name: 'userStatusSync', process: 'user-status-sync', version: 2, updatedBy: 'admin of the tests' })
    const sources = body.settings.map(({ name, value, source }: Record<string, unknown>) => [name, value, source])
    expect(sources).toEqual([
      ['cron', '0 */2 * * *', 'default'],
      ['timeZone', 'UTC', 'default'],
      ['enabled', true, 'default'],
      ['batchSize', 25, 'operator'],
      ['maxRetries', 3, 'default'],
      ['limitMinimum', 20, 'default'],
      ['limitPercent', 5, 'default'],
      ['changesPerDay', 3, 'default'],
    ])
    for (const { about } of body.settings) expect(about).toMatch(/\w+\.$/)
    expect(body.settings[0].environment).toBe('CRON_USER_SYNC_SCHEDULE')
  })
})

describe('an edit of a schedule', () => {
  it('answers what it means, and holds for every instance and from the next fire time on', async () => {
    const answer = await edit({ cron: '*/59 * * * *', timeZone: 'Europe/Sofia' })
    expect(answer).toMatchObject({
      status: 200,
      headers: { etag: '"2"' },
      body: {
        sentence: 'Fires at :00 and :59 of every hour, every day (Europe/Sofia).',
        nextFireTimes: ['08:59', '09:00', '09:59', '10:00', '10:59'].map((time) => `2026-09-01T${time}:00.000Z`),
      },
    })
    expect((await test.database.schedules.find('userStatusSync'))?.nextDueAt).toBe(Date.UTC(2026, 8, 1, 8, 59))
    expect(await test.audited({ targetType: 'schedule', targetId: 'userStatusSync' })).toMatchObject([
      {
        ...{ actor: 'admin of the tests', action: 'schedule.edit', reason },
        details: { before: { cron: '0 */2 * * *', timeZone: 'UTC' }, after: { cron: '*/59 * * * *', timeZone: 'Europe/Sofia' } },
      },
    ])
  })

  it('holds for other instances, and against the environment with which one of them starts again', async () => {
    await edit({ cron: '0 */3 * * *' })
    await test.patch('/api/cron/userStatusSync/disable', { reason })
    const { schedules } = test.database
    const environment = { CRON_USER_SYNC_SCHEDULE: '0 * * * *', CRON_USER_SYNC_ENABLED: 'true', CRON_BATCH_SIZE: '40' }
    const deps = { schedules, clock: test.clock, newId: () => crypto.randomUUID() }
    await ensureSchedules({ definitions: statusSyncSchedules, environment, by: 'worker-sync' }, deps)
    const other = await createCronTest({ redisUrl: redis.url, deps: { schedules } })
    try {
      const { body } = await other.get('/api/cron/userStatusSync/config')
      const stands = Object.fromEntries(body.settings.map(({ name, value, source }: Record<string, string>) => [name, [value, source]]))
      expect(stands).toMatchObject({
        ...{ cron: ['0 */3 * * *', 'operator'], enabled: [false, 'operator'], batchSize: [40, 'environment'] },
      })
    } finally {
      await other.close()
    }
  })

  it.each([
    ['61 * * * *', 'minute: 61 is not 0-59'],
    ['0 24 * * *', 'hour: 24 is not 0-23'],
    ['0 0 * * *  *', null],
    ['0 0 31 2 *', null],
    ['', null],
    ['@daily', null],
  ])('with the cron expression "%s" is 400 that names the field', async (cron, message) => {
    const { status, body } = await edit({ cron })
    expect([status, body.code, body.errors.length]).toEqual([400, 'SCHEDULE_SETTINGS_INVALID', 1])
    expect(body.errors[0]).toMatchObject({ in: 'body', pointer: '/cron', path: 'cron' })
    if (message) expect(body.errors[0].reason).toContain(message)
    expect(await test.audited({ targetType: 'schedule', targetId: 'userStatusSync' })).toEqual([])
  })

  it('names every setting that is wrong', async () => {
    const { status, body } = await edit({ timeZone: 'Mars/Olympus', settings: { batchSize: 0, maxRetries: 'many', colour: 'red' } })
    expect(status).toBe(400)
    expect(body.errors.map(({ pointer }: { pointer: string }) => pointer).toSorted()).toEqual([
      '/settings/batchSize',
      '/settings/colour',
      '/settings/maxRetries',
      '/timeZone',
    ])
    expect(await edit({ settings: { enabled: false } })).toMatchObject({ status: 400, body: { code: 'SCHEDULE_SETTINGS_INVALID' } })
  })

  it.each<[object, string]>([
    [{}, ''],
    [{ settings: {} }, ''],
    [{ cron: 7 }, '/cron'],
    [{ cron: '0 * * * *', enabled: true }, '/enabled'],
    [{ cron: '0 * * * *', reason: '' }, '/reason'],
    [{ settings: [] }, '/settings'],
  ])('that is no edit is 422: %j', async (body, pointer) => {
    expect(await edit(body)).toMatchObject({ status: 422, body: { errors: [{ pointer }] } })
  })

  it('needs the version that was seen, and is refused where that has passed', async () => {
    expect(await edit({ cron: '0 * * * *' }, {})).toMatchObject({ status: 428, body: { code: 'SCHEDULE_VERSION_MISSING' } })
    expect(await edit({ cron: '0 * * * *' }, { 'if-match': '*' })).toMatchObject({ status: 428 })
    expect((await edit({ cron: '0 * * * *' })).status).toBe(200)
    expect(await edit({ cron: '0 */3 * * *' })).toMatchObject({ status: 412, body: { code: 'SCHEDULE_VERSION_PASSED' } })
    expect((await edit({ cron: '0 */3 * * *' }, { 'if-match': '"2"' })).status).toBe(200)
  })
})

describe('the ticks of a job', () => {
  it('are listed newest first, with what became of each', async () => {
    const newId = () => crypto.randomUUID()
    const { database, dispatcher, clock } = test
    const fireDue = createFireDue({
      ...{ schedules: database.schedules, definitions: statusSyncSchedules, dispatcher, clock, newId, notify: () => undefined },
    })
    for (const hour of [10, 12, 16]) {
      clock.moveTo(Date.UTC(2026, 8, 1, hour))
      await fireDue()
    }
    const { body } = await test.get('/api/cron/userStatusSync/ticks?limit=2')
    const [run] = (await test.get('/api/cron/runs?job=userStatusSync')).body.runs
    expect(body).toEqual({
      ticks: [
        { dueAt: '2026-09-01T16:00:00.000Z', firedAt: '2026-09-01T16:00:00.000Z', outcome: 'skipped', runUuid: run.uuid, missed: 1 },
        { dueAt: '2026-09-01T12:00:00.000Z', firedAt: '2026-09-01T12:00:00.000Z', outcome: 'skipped', runUuid: run.uuid, missed: 0 },
      ],
      nextBefore: '2026-09-01T12:00:00.000Z',
    })
    const rest = await test.get(`/api/cron/userStatusSync/ticks?before=${body.nextBefore}`)
    expect(rest.body).toMatchObject({ ticks: [{ outcome: 'started', runUuid: run.uuid }], nextBefore: null })
    for (const query of ['before=yesterday', 'limit=0'])
      expect((await test.get(`/api/cron/userStatusSync/ticks?${query}`)).status).toBe(400)
  })
})

describe('the health of the jobs', () => {
  const part = (ok: boolean) => ({ ok, tookMs: 4, errorCode: ok ? null : 'REGISTRATIONS_UNAVAILABLE' })
  async function checked(registrations: boolean): Promise<void> {
    const uuid = await test.begun('healthCheck')
    const parts = { sql: part(true), redis: part(true), registrations: part(registrations) }
    await test.move(uuid, { ...COMPLETED, result: { CHECK_HEALTH: { healthy: registrations, parts } } })
  }

  it('defect 15: is never called good unasked', async () => {
    const { status, body } = await test.get('/api/cron/health')
    expect(status).toBe(200)
    expect(body).toMatchObject({
      status: 'unknown',
      ...{ sql: { status: 'healthy' }, redis: { status: 'healthy' }, workers: { status: 'healthy', silent: [] } },
      registrations: { status: 'unknown', askedAt: null },
      lastCheck: null,
    })
  })

  it('tells what the latest check found, until that is too long ago', async () => {
    await checked(false)
    await checked(true)
    expect((await test.get('/api/cron/health')).body).toMatchObject({ status: 'healthy', registrations: { status: 'healthy' } })
    test.clock.moveTo(test.clock.now() + 3_600_001)
    expect((await test.get('/api/cron/health')).body).toMatchObject({ status: 'unknown', registrations: { status: 'unknown' } })
    await checked(false)
    expect((await test.get('/api/cron/health')).body).toMatchObject({
      status: 'unhealthy',
      registrations: { status: 'unhealthy', errorCode: 'REGISTRATIONS_UNAVAILABLE' },
      lastCheck: { healthy: false, parts: { sql: { ok: true } } },
    })
  })

  it('says that nobody watches while the schedule of the checks is disabled', async () => {
    expect((await test.get('/api/cron/health')).body).toMatchObject({ registrations: { isWatched: true } })
    await test.patch('/api/cron/healthCheck/disable', { reason: 'The service moves.' })
    expect((await test.get('/api/cron/health')).body).toMatchObject({ registrations: { isWatched: false } })
  })

  it('is bad where Redis or a worker is away', async () => {
    await checked(true)
    await test.close()
    const gone = () => Promise.reject(new Error('away'))
    test = await createCronTest({
      redisUrl: redis.url,
      deps: { health: { database: async () => undefined, redis: gone, silentWorkers: gone } },
    })
    expect((await test.get('/api/cron/health')).body).toMatchObject({
      ...{ status: 'unhealthy', sql: { status: 'healthy' }, redis: { status: 'unhealthy', tookMs: null }, workers: { status: 'unknown' } },
    })
  })
})
