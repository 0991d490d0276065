import { testRedis } from '@rollcall/platform/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { COMPLETED, type CronTest, createCronTest, FAILED, PARTIAL } from '../test-support/create-cron-test.ts'

const redis = testRedis()
let test: CronTest
beforeEach(async () => {
  test = await createCronTest({ redisUrl: redis.url })
})
afterEach(() => test.close())

const reason = 'The registry was down all night.'
const NAMES = ['userRegistrationNumberSync', 'userStatusSync', 'healthCheck', 'accountCleanup']

async function jobNamed(name: string) {
  const { body } = await test.get('/api/cron/status')
  return body.jobs.find((job: { name: string }) => job.name === name)
}

describe('the status of the jobs', () => {
  it('shows each with its schedule and its next five fire times, and no rate where nothing has run', async () => {
    const { status, body } = await test.get('/api/cron/status')
    expect(status).toBe(200)
    expect(body).toMatchObject({ managerStatus: 'silent', totalJobs: 4, runningJobs: 0 })
    expect(body.jobs.map(({ name }: { name: string }) => name)).toEqual(NAMES)
    expect(body.jobs[1]).toEqual({
      name: 'userStatusSync',
      description: 'Lets every account follow the status of its registration, where no push has done so.',
      ...{ schedule: '0 */2 * * *', timeZone: 'UTC', enabled: true, version: 1 },
      sentence: 'Fires at :00 of the hours 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20 and 22, every day (UTC).',
      nextFireTimes: ['10', '12', '14', '16', '18'].map((hour) => `2026-09-01T${hour}:00:00.000Z`),
      ...{ isRunning: false, isCurrentlyExecuting: false, state: 'idle', runUuid: null, paused: null },
      ...{ lastRun: null, lastRunUuid: null, lastResult: null, runCount: 0, errorCount: 0, partialCount: 0 },
      ...{ successRate: { latestRuns: null, sevenDays: null }, itemErrorRate: null },
    })
    expect(body.jobs[3]).toMatchObject({ name: 'accountCleanup', enabled: false, state: 'disabled', nextFireTimes: [] })
  })

  it('is running while a worker-sync beats', async () => {
    await test.close()
    const beat = { worker: 'sync' as const, instance: 'a', at: 0, startedAt: 0, jobsInHand: 0, loopLagMs: 0 }
    const readFleet = async () => ({ status: 'ok' as const, silent: null, missing: [], heartbeats: [beat] })
    test = await createCronTest({ redisUrl: redis.url, deps: { readFleet } })
    expect((await test.get('/api/cron/status')).body.managerStatus).toBe('running')
  })

  it('defect 3: counts partial and failed runs as what they are, and leaves what was cancelled out', async () => {
    for (const ending of [COMPLETED, PARTIAL, FAILED, COMPLETED]) {
      const uuid = await test.begun('userStatusSync')
      await test.batch(uuid, { counters: { scanned: 100, applied: 6, failed: 1, conflicted: 1 } })
      test.clock.moveTo(test.clock.now() + 60_000)
      await test.move(uuid, ending)
    }
    const cancelled = await test.begun('userStatusSync')
    await test.move(cancelled, { ...FAILED, state: 'CANCELLED', status: 'cancelled', errorCode: null })
    const job = await jobNamed('userStatusSync')
    expect(job).toMatchObject({ runCount: 5, errorCount: 1, partialCount: 1, itemErrorRate: 0.02 })
    expect(job.successRate).toEqual({ latestRuns: 0.5, sevenDays: 0.5 })
    test.clock.moveTo(test.clock.now() + 8 * 86_400_000)
    expect((await jobNamed('userStatusSync')).successRate).toEqual({ latestRuns: 0.5, sevenDays: null })
  })

  it('tells the result of the latest run that has ended, and no success where it failed', async () => {
    const uuid = await test.begun('userStatusSync')
    await test.batch(uuid, { counters: { scanned: 100, applied: 6, failed: 1, conflicted: 2 } })
    test.clock.moveTo(test.clock.now() + 61_000)
    await test.move(uuid, FAILED)
    const going = await test.begun('userStatusSync')
    expect(await jobNamed('userStatusSync')).toMatchObject({
      ...{ runUuid: going, lastRunUuid: going, lastRun: '2026-09-01T08:01:01.000Z', isRunning: true, state: 'queued' },
      lastResult: { success: false, processed: 100, updated: 6, errors: 3, duration: 61_000, errorCode: 'REGISTRATIONS_UNREADABLE' },
    })
  })

  it('defect 17: has one word for a job that cannot contradict the others', async () => {
    const seen = async () => {
      const { state, enabled, isRunning, isCurrentlyExecuting, paused } = await jobNamed('userStatusSync')
      return [state, enabled, isRunning, isCurrentlyExecuting, paused]
    }
    const uuid = await test.begun('userStatusSync')
    expect(await seen()).toEqual(['queued', true, true, true, null])
    await test.move(uuid, { state: 'DECIDE', status: 'polling' })
    expect(await seen()).toEqual(['running', true, true, true, null])
    await test.order('/api/cron/userStatusSync/stop')
    expect(await seen()).toEqual(['pausing', true, true, true, null])
    const since = '2026-09-01T08:00:00.000Z'
    await test.move(uuid, { state: 'DECIDE_PAUSED', status: 'waiting' })
    expect(await seen()).toEqual(['paused', true, true, false, { since, code: 'PAUSED_BY_OPERATOR' }])
    await test.patch('/api/cron/userStatusSync/disable', {})
    expect(await seen()).toEqual(['paused', false, true, false, { since, code: 'PAUSED_BY_OPERATOR' }])
    await test.move(uuid, { state: 'AWAIT_APPROVAL', status: 'waiting' })
    expect(await seen()).toEqual(['awaiting_approval', false, true, false, { since, code: 'OVER_LIMIT' }])
    await test.move(uuid, COMPLETED)
    expect(await seen()).toEqual(['disabled', false, false, false, null])
  })

  it('defect 4: says of a run that waits for the registration service since when, and why', async () => {
    const uuid = await test.begun('userStatusSync')
    const code = 'REGISTRATIONS_UNAVAILABLE'
    const { version } = await test.run(uuid)
    await test.happened(uuid, { operationType: 'DECIDED_ON_ACCOUNTS', state: 'DECIDE', status: 'failed', version, errorCode: code })
    const waits = { state: 'waiting_for_service', paused: { since: '2026-09-01T08:00:00.000Z', code } }
    expect(await jobNamed('userStatusSync')).toMatchObject(waits)
    expect((await test.get(`/api/cron/runs/${uuid}`)).body).toMatchObject({ stands: 'waiting_for_service', paused: waits.paused })
    await test.move(uuid, { state: 'DECIDE', status: 'polling' })
    expect(await jobNamed('userStatusSync')).toMatchObject({ state: 'running', paused: null })
  })
})

describe('triggering a job', () => {
  it('defect 16: answers at once with the run and where to follow it', async () => {
    const answer = await test.order('/api/cron/userStatusSync/trigger', { reason })
    const { uuid } = answer.body
    expect(answer).toMatchObject({
      status: 202,
      headers: { location: `/api/cron/runs/${uuid}` },
      body: { uuid, job: 'userStatusSync', state: 'DECIDE', status: 'new', dryRun: false },
    })
    expect(await test.audited({ targetType: 'schedule', targetId: 'userStatusSync' })).toMatchObject([
      { actor: 'admin of the tests', action: 'schedule.trigger', reason, details: { run: uuid } },
    ])
    expect(await test.dispatcher.queues.get('user-status-sync.DECIDE')?.getJob(`${uuid}-1`)).toBeDefined()
    expect((await test.get(answer.headers.location as string)).body).toMatchObject({ stands: 'queued', trigger: 'manual', reason })
  })

  it('defects 2 and 16: a second time is 409 with the run that is going, and begins nothing', async () => {
    const [first, second] = await Promise.all([
      test.order('/api/cron/userStatusSync/trigger'),
      test.order('/api/cron/userStatusSync/trigger'),
    ])
    const [begun, refused] = first.status === 202 ? [first, second] : [second, first]
    const { uuid } = begun.body
    expect(refused).toMatchObject({
      status: 409,
      headers: { location: `/api/cron/runs/${uuid}` },
      body: { code: 'JOB_RUNNING', uuid, detail: `Run ${uuid} stands in DECIDE (new).` },
    })
    expect((await test.rows()).run).toBe(1)
    expect(await test.audited({ targetType: 'schedule', targetId: 'userStatusSync' })).toHaveLength(1)
  })

  it.each(['/api/cron/userStatusSync/trigger', '/api/cron/userRegistrationNumberSync/trigger'])(
    'needs no body, as the source document calls it: POST %s',
    async (url) => {
      const answer = await test.api.inject({ method: 'POST', url, headers: { authorization: `Bearer ${test.keys.admin}` } })
      expect(answer.statusCode).toBe(202)
      const [, , , job = ''] = url.split('/')
      expect(await test.audited({ targetType: 'schedule', targetId: job })).toMatchObject([{ reason: 'none given' }])
    },
  )

  it('as a dry run changes nothing, and says so', async () => {
    const uuid = await test.begun('userStatusSync', { dryRun: true })
    expect((await test.run(uuid)).input).toMatchObject({ dryRun: true, config: { batchSize: 50 } })
    const health = await test.order('/api/cron/healthCheck/trigger', { dryRun: true })
    expect(health).toMatchObject({
      status: 400,
      body: { code: 'SCHEDULE_SETTINGS_INVALID', errors: [{ in: 'body', pointer: '/dryRun', received: 'boolean' }] },
    })
  })

  it('works while the clock is kept from starting it', async () => {
    await test.patch('/api/cron/userStatusSync/disable', { reason })
    expect((await test.order('/api/cron/userStatusSync/trigger')).status).toBe(202)
  })
})

describe('a job that nobody knows', () => {
  it.each<['POST' | 'PATCH' | 'GET', string]>([
    ['POST', 'trigger'],
    ['POST', 'start'],
    ['POST', 'stop'],
    ['PATCH', 'enable'],
    ['PATCH', 'disable'],
    ['GET', 'config'],
    ['GET', 'ticks'],
  ])('is 404, and those that there are are listed: %s %s', async (method, verb) => {
    const headers = { authorization: `Bearer ${test.keys.admin}` }
    const answer = await test.api.inject({ method, url: `/api/cron/nightlyBackup/${verb}`, headers })
    expect([answer.statusCode, answer.json()]).toMatchObject([
      404,
      { code: 'SCHEDULE_NOT_FOUND', detail: `There are: ${NAMES.join(', ')}.` },
    ])
    expect(await test.rows()).toEqual({})
  })
})

describe('enabling and disabling', () => {
  it('defects 2 and 17: last for every instance and move the clock with them, with an audit row, and change nothing the second time', async () => {
    const off = await test.patch('/api/cron/userStatusSync/disable', { reason })
    expect(off).toMatchObject({ status: 200, body: { enabled: false, version: 2, updatedBy: 'admin of the tests' } })
    expect((await test.patch('/api/cron/userStatusSync/disable', {})).body.version).toBe(2)
    expect((await test.database.schedules.find('userStatusSync'))?.nextDueAt).toBeNull()
    const on = await test.patch('/api/cron/userStatusSync/enable', {})
    expect(on).toMatchObject({ status: 200, body: { enabled: true, version: 3 } })
    expect((await test.database.schedules.find('userStatusSync'))?.nextDueAt).toBe(Date.UTC(2026, 8, 1, 10))
    const audit = await test.audited({ targetType: 'schedule', targetId: 'userStatusSync' })
    expect(audit.map(({ action, reason: why }) => [action, why]).toSorted()).toEqual([
      ['schedule.disable', reason],
      ['schedule.enable', 'none given'],
    ])
  })

  it('the clean-up only for whoever has seen a dry run with the settings of today', async () => {
    const enable = (body: object) => test.patch('/api/cron/accountCleanup/enable', body)
    expect(await enable({ reason })).toMatchObject({ status: 409, body: { code: 'DRY_RUN_NEEDED' } })
    const real = await test.begun('userStatusSync')
    expect(await enable({ reason, dryRun: real })).toMatchObject({ status: 409, body: { code: 'DRY_RUN_NEEDED' } })
    const dryRun = await test.begun('accountCleanup', { dryRun: true })
    const { input } = await test.run(dryRun)
    const config = { olderThanDays: 180, ...(input.config as object) }
    await test.database.syncRuns.begin({
      ...{ runUuid: dryRun, job: 'accountCleanup', trigger: 'manual', dryRun: true, config, startedAt: test.clock.now() },
    })
    expect((await enable({ reason, dryRun })).body.detail).toContain('is new')
    await test.move(dryRun, COMPLETED)
    expect(await enable({ reason, dryRun })).toMatchObject({ status: 200, body: { enabled: true } })
    const edit = async (settings: object, version = 2) => {
      const answer = await test.api.inject({
        ...{ method: 'PATCH', url: '/api/cron/accountCleanup' },
        headers: { authorization: `Bearer ${test.keys.admin}`, 'if-match': `"${version}"` },
        payload: { settings, reason, dryRun },
      })
      return { status: answer.statusCode, ...answer.json() }
    }
    for (const further of [{ olderThanDays: 30 }, { limitMinimum: 1_000 }, { limitPercent: 100 }])
      expect(await edit(further)).toMatchObject({ status: 409, code: 'DRY_RUN_NEEDED' })
    expect(await edit({ limitPercent: 'all' })).toMatchObject({ status: 400, code: 'SCHEDULE_SETTINGS_INVALID' })
    expect((await edit({ limitMinimum: 0, batchSize: 10 })).status).toBe(200)
    expect(await edit({ limitMinimum: 21 }, 3)).toMatchObject({
      status: 409,
      detail: expect.stringContaining('limitMinimum of 20, not of 21'),
    })
    expect((await edit({ limitMinimum: 20 }, 3)).status).toBe(200)
  })
})

describe('the clean-up, by an order', () => {
  it.each(['trigger', 'start'])('closes nothing before it was enabled by whoever has seen a dry run: %s', async (verb) => {
    const url = `/api/cron/accountCleanup/${verb}`
    expect(await test.order(url)).toMatchObject({ status: 409, body: { code: 'DRY_RUN_NEEDED' } })
    expect((await test.rows()).run).toBeUndefined()

    const dryRun = await test.begun('accountCleanup', { dryRun: true })
    const { input } = await test.run(dryRun)
    await test.database.syncRuns.begin({
      ...{ runUuid: dryRun, job: 'accountCleanup', trigger: 'manual', dryRun: true, startedAt: test.clock.now() },
      config: { olderThanDays: 180, ...(input.config as object) },
    })
    await test.move(dryRun, COMPLETED)
    expect(await test.order(url)).toMatchObject({ status: 409, body: { code: 'DRY_RUN_NEEDED' } })
    await test.patch('/api/cron/accountCleanup/enable', { reason, dryRun })
    expect(await test.order(url)).toMatchObject({ status: 202, body: { dryRun: false } })
  })
})

describe('stopping and starting', () => {
  it('defect 17: pause the run of a job with its cursor and let it go on, each with an audit row, and leave the clock alone', async () => {
    const uuid = await test.begun('userStatusSync')
    await test.batch(uuid, { counters: { scanned: 50 } })
    expect(await test.order('/api/cron/userStatusSync/stop', { reason })).toMatchObject({ status: 202, body: { uuid } })
    expect(await test.database.syncRuns.find(uuid)).toMatchObject({ pauseAskedBy: 'admin of the tests', counters: { scanned: 50 } })
    expect((await test.order('/api/cron/userStatusSync/stop')).status).toBe(202)
    await test.move(uuid, { state: 'DECIDE_PAUSED', status: 'waiting' })
    expect(await test.order('/api/cron/userStatusSync/start', { reason })).toMatchObject({ status: 202, body: { uuid } })
    const run = { runUuid: uuid, name: 'resume', stay: (await test.run(uuid)).version }
    expect(await test.database.signals.next(run)).toMatchObject({ outcome: 'resumed', sentBy: 'admin of the tests' })
    // Whoever starts it twice means the same rest.
    expect((await test.order('/api/cron/userStatusSync/start')).status).toBe(202)
    const audit = await test.audited({ targetType: 'run', targetId: uuid })
    expect(audit.map(({ action }) => action).toSorted()).toEqual(['run.pause', 'run.signal'])
    expect(await jobNamed('userStatusSync')).toMatchObject({ enabled: true })
  })

  it('take back a request to pause that was not met yet', async () => {
    const uuid = await test.begun('userStatusSync')
    await test.order('/api/cron/userStatusSync/stop')
    expect((await test.order('/api/cron/userStatusSync/start')).status).toBe(202)
    expect(await test.database.syncRuns.find(uuid)).toMatchObject({ pauseAskedBy: null })
    const audit = await test.audited({ targetType: 'run', targetId: uuid })
    expect(audit.map(({ action }) => action).toSorted()).toEqual(['run.pause', 'run.resume'])
  })

  it('begin a run where none is going, and say so where one is, or none is to be stopped', async () => {
    expect(await test.order('/api/cron/userStatusSync/stop')).toMatchObject({ status: 409, body: { code: 'JOB_NOT_RUNNING' } })
    const { status, body } = await test.order('/api/cron/userStatusSync/start')
    expect(status).toBe(202)
    expect(await test.order('/api/cron/userStatusSync/start')).toMatchObject({
      status: 409,
      body: { code: 'JOB_RUNNING', uuid: body.uuid },
    })
    await test.begun('healthCheck')
    expect(await test.order('/api/cron/healthCheck/stop')).toMatchObject({ status: 409, body: { code: 'JOB_CANNOT_PAUSE' } })
  })
})

describe('the roles', () => {
  it.each(['upstream', 'service', 'reader', 'operator'] as const)('%s may change no job: 403', async (as) => {
    for (const verb of ['trigger', 'start', 'stop'])
      expect((await test.post(`/api/cron/userStatusSync/${verb}`, {}, { as })).status, verb).toBe(403)
    for (const path of ['/enable', '/disable', ''])
      expect((await test.patch(`/api/cron/userStatusSync${path}`, {}, { as })).status, path).toBe(403)
    for (const verb of ['pause', 'resume', 'cancel', 'approve', 'refuse'])
      expect((await test.post(`/api/cron/runs/0199a1f4-5c00-7000-8000-00000000a001/${verb}`, { reason }, { as })).status, verb).toBe(403)
    expect(await test.rows()).toEqual({})
  })

  it('who watches may look, and nobody may without a key', async () => {
    for (const as of ['service', 'reader', 'operator', 'admin'] as const)
      expect((await test.get('/api/cron/status', { as })).status).toBe(200)
    expect((await test.get('/api/cron/status', { as: 'upstream' })).status).toBe(403)
    expect((await test.get('/api/cron/status', { as: null })).status).toBe(401)
    const asHeader = await test.get('/api/cron/status', { as: null, headers: { 'x-api-key': test.keys.admin } })
    expect(asHeader.status).toBe(200)
  })
})
