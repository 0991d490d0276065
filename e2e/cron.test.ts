// The jobs under their operators' hands: the earlier system's calls to the letter, settings that last, and a clock that strikes once, however many
// hear it and whatever Redis forgets.
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { queueKey } from '@rollcall/engine'
import { issueKeys, REPOSITORY } from '@rollcall/scripts/fleet'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { JOBS, type SyncFleet, startSyncFleet } from './support/sync/start-sync-fleet.ts'
import { waitUntil } from './support/wait-until.ts'
import { withRedis } from './support/with-redis.ts'

const MINUTE_MS = 60_000
/** Two strikes of a clock that strikes every minute, and what a busy machine adds. */
const TWO_STRIKES_MS = 6 * MINUTE_MS

let fleet: SyncFleet
beforeAll(async () => {
  fleet = await startSyncFleet()
})
afterAll(() => fleet.end())

describe('the earlier system’s examples, as its document has them', () => {
  const STATUS = `curl -H "Authorization: Bearer <admin-token>" \\
     http://localhost:5000/api/cron/status`
  const TRIGGER_NUMBERS = `curl -X POST \\
     -H "Authorization: Bearer <admin-token>" \\
     http://localhost:5000/api/cron/userRegistrationNumberSync/trigger`
  const TRIGGER_STATUSES = `curl -X POST \\
     -H "Authorization: Bearer <admin-token>" \\
     http://localhost:5000/api/cron/userStatusSync/trigger`
  const DISABLE = `curl -X PATCH \\
     -H "Authorization: Bearer <admin-token>" \\
     http://localhost:5000/api/cron/userStatusSync/disable`

  /** As a person types it, with his own key and this fleet's port. */
  async function typed(command: string): Promise<Record<string, unknown>> {
    const { admin } = await issueKeys({ databaseUrl: fleet.databaseUrl, roles: ['admin'] })
    const here = command.replace('<admin-token>', admin).replace('http://localhost:5000', fleet.apiUrl)
    const { stdout } = await promisify(execFile)('bash', ['-c', `${here} --silent`])
    return JSON.parse(stdout) as Record<string, unknown>
  }

  test('stand in the documentation of this one', async () => {
    const page = await readFile(join(REPOSITORY, 'docs', 'status-sync.md'), 'utf8')
    for (const example of [STATUS, TRIGGER_NUMBERS, TRIGGER_STATUSES, DISABLE]) expect(page).toContain(example)
  })

  test('show every job', async () => {
    const status = await typed(STATUS)
    expect(status).toMatchObject({ managerStatus: 'running', totalJobs: JOBS.length })
    expect((status.jobs as { name: string }[]).map(({ name }) => name)).toEqual([...JOBS])
  })

  test('trigger the sync of registration numbers, and that of statuses, without waiting for their ends', async () => {
    for (const [command, job] of [
      [TRIGGER_NUMBERS, 'userRegistrationNumberSync'],
      [TRIGGER_STATUSES, 'userStatusSync'],
    ] as const) {
      const begun = await typed(command)
      expect(begun).toMatchObject({ job, dryRun: false })
      expect(await fleet.untilRunEnded(String(begun.uuid))).toMatchObject({ stands: 'succeeded' })
    }
  })

  test('disable a job, with "none given" for a reason', async () => {
    expect((await fleet.admin.patch('/api/cron/userStatusSync/enable', {})).body).toMatchObject({ enabled: true })
    expect(await typed(DISABLE)).toMatchObject({ name: 'userStatusSync', enabled: false })
    const rows = await fleet.database.prisma.auditLog.findMany({ where: { targetId: 'userStatusSync' }, orderBy: { id: 'desc' }, take: 1 })
    expect(rows[0]).toMatchObject({ reason: 'none given' })
  })
})

describe('whoever asks for what cannot be is told why', () => {
  test('an unknown job is 404 and lists the known ones', async () => {
    const { status, body } = await fleet.admin.post('/api/cron/userSync/trigger', {})
    expect(status).toBe(404)
    for (const job of JOBS) expect(body.detail).toContain(job)
  })

  test('a cron expression that never fires is 400 and names its field', async () => {
    const { headers } = await fleet.admin.get('/api/cron/userStatusSync/config')
    const edit = { cron: '61 * * * *', reason: 'A slip.' }
    const { status, body } = await fleet.admin.patch('/api/cron/userStatusSync', edit, { 'if-match': headers.get('etag') ?? '' })
    expect(status).toBe(400)
    expect(JSON.stringify(body)).toContain('minute')
  })

  test('without the role of an admin nobody triggers', async () => {
    for (const caller of [fleet.operator, fleet.reader, fleet.upstream])
      expect((await caller.post('/api/cron/userStatusSync/trigger', {})).status).toBe(403)
  })

  test('the clean-up is not enabled by anybody who has not seen what it would do', async () => {
    expect((await fleet.admin.patch('/api/cron/accountCleanup/enable', { reason: 'Spring.' })).body).toMatchObject({
      code: 'DRY_RUN_NEEDED',
    })
    const dryRun = await fleet.trigger('accountCleanup', { dryRun: true })
    await fleet.untilRunEnded(dryRun)
    expect((await fleet.admin.patch('/api/cron/accountCleanup/enable', { reason: 'Spring.', dryRun })).body).toMatchObject({
      enabled: true,
    })
    await fleet.admin.patch('/api/cron/accountCleanup/disable', {})
  })
})

test('a run is paused between two batches, and goes on where it rested', async () => {
  const accounts = 5
  for (let index = 0; index < accounts; index += 1) await fleet.addAccount({ userId: `paused-${index}` })
  const { headers } = await fleet.admin.get('/api/cron/userStatusSync/config')
  const oneByOne = { settings: { batchSize: 1 }, reason: 'So that there are batches to rest between.' }
  await fleet.admin.patch('/api/cron/userStatusSync', oneByOne, { 'if-match': headers.get('etag') ?? '' })

  await fleet.setFaults({ mode: 'slow', delayMs: 2_000 })
  const uuid = await fleet.trigger('userStatusSync')
  expect((await fleet.admin.post('/api/cron/userStatusSync/stop', {})).status).toBe(202)
  const paused = await fleet.untilRun(uuid, 'paused')
  expect(paused.counters?.scanned).toBeLessThan(accounts)
  await fleet.setFaults({})
  expect((await fleet.admin.post('/api/cron/userStatusSync/start', {})).body).toMatchObject({ uuid })
  expect(await fleet.untilRunEnded(uuid)).toMatchObject({ stands: 'succeeded', counters: { scanned: accounts }, batches: accounts })
})

describe('what an operator sets', () => {
  const config = async () => {
    const { body } = await fleet.admin.get('/api/cron/userStatusSync/config')
    const settings = body.settings as { name: string; value: unknown; source: string }[]
    return Object.fromEntries(settings.map(({ name, value, source }) => [name, [value, source]]))
  }

  test('holds for every instance, across restarts and against the environment, which gives the first value only', async () => {
    const { headers } = await fleet.admin.get('/api/cron/userStatusSync/config')
    const edit = { cron: '5 4 * * *', timeZone: 'Europe/Sofia', settings: { batchSize: 25 }, reason: 'By night, in smaller steps.' }
    const edited = await fleet.admin.patch('/api/cron/userStatusSync', edit, { 'if-match': headers.get('etag') ?? '' })
    expect([edited.status, edited.body]).toMatchObject([200, { nextFireTimes: expect.objectContaining({ length: 5 }) }])

    const env = { CRON_USER_SYNC_SCHEDULE: '0 */3 * * *', CRON_USER_SYNC_ENABLED: 'true', CRON_BATCH_SIZE: '40', CRON_MAX_RETRIES: '5' }
    await Promise.all([fleet.app('worker-sync').stop(), fleet.app('api').stop()])
    await Promise.all([fleet.start('worker-sync', { env }), fleet.start('api', {})])
    await waitUntil('the new environment is taken up', async () => (await config()).maxRetries?.[1] === 'environment')
    expect(await config()).toMatchObject({
      cron: ['5 4 * * *', 'operator'],
      timeZone: ['Europe/Sofia', 'operator'],
      enabled: [false, 'operator'],
      batchSize: [25, 'operator'],
      maxRetries: [5, 'environment'],
      limitPercent: [5, 'default'],
    })
  })
})

describe('two worker-syncs', () => {
  beforeAll(async () => {
    await fleet.start('worker-sync', { as: 'worker-sync-2' })
  })
  afterAll(() => fleet.app('worker-sync-2').stop())

  test('start one run of a job, however many trigger it at once', async () => {
    await fleet.setFaults({ mode: 'slow', delayMs: 3_000 })
    const answers = await Promise.all(Array.from({ length: 20 }, () => fleet.admin.post('/api/cron/userStatusSync/trigger', {})))
    await fleet.setFaults({})
    expect(answers.map(({ status }) => status).toSorted()).toEqual([202, ...Array.from({ length: 19 }, () => 409)])
    const [uuid, ...others] = new Set(answers.map(({ body }) => body.uuid))
    expect(others).toEqual([])
    expect(await fleet.untilRunEnded(String(uuid))).toMatchObject({ stands: 'succeeded' })
  })

  test(
    'strike once per due time, and their bells are hung again after a flush',
    async () => {
      const { prisma } = fleet.database
      const ticks = () => prisma.scheduleTick.findMany({ where: { schedule: 'healthCheck' }, orderBy: { dueAt: 'asc' } })
      const { headers } = await fleet.admin.get('/api/cron/healthCheck/config')
      const everyMinute = { cron: '* * * * *', reason: 'To hear it strike.' }
      await fleet.admin.patch('/api/cron/healthCheck', everyMinute, { 'if-match': headers.get('etag') ?? '' })
      await fleet.admin.patch('/api/cron/healthCheck/enable', {})
      await waitUntil('a bell hangs', hasBells)
      await waitUntil('the clock has struck', async () => (await ticks()).length >= 1, { withinMs: 3 * MINUTE_MS })

      await withRedis(fleet, (redis) => redis.flushall())
      await waitUntil('the bell hangs again', hasBells)
      await waitUntil('the clock has struck again', async () => (await ticks()).length >= 2, { withinMs: 3 * MINUTE_MS })
      await fleet.admin.patch('/api/cron/healthCheck/disable', {})

      const struck = await ticks()
      const runs = await prisma.run.findMany({ where: { process: 'health-check', requestedBy: { startsWith: 'schedule' } } })
      const started = struck.filter(({ outcome }) => outcome === 'started').map(({ runUuid }) => runUuid)
      expect(new Set(struck.map(({ dueAt }) => dueAt.getTime() % MINUTE_MS))).toEqual(new Set([0]))
      expect(started.toSorted()).toEqual(runs.map(({ uuid }) => uuid).toSorted())
      await Promise.all(started.map((uuid) => fleet.untilRunEnded(uuid)))
      const { body } = await fleet.admin.get('/api/cron/health')
      expect(body).toMatchObject({ sql: { status: 'healthy' }, redis: { status: 'healthy' }, registrations: { status: 'healthy' } })
    },
    TWO_STRIKES_MS,
  )

  async function hasBells(): Promise<boolean> {
    const key = queueKey({ namespace: 'rollcall', queue: 'schedules', part: 'repeat' })
    return (await withRedis(fleet, (redis) => redis.zcard(key))) > 0
  }
})
