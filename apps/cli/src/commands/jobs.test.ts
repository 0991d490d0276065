import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureSchedules } from '@rollcall/engine'
import { testRedis } from '@rollcall/platform/testing'
import { DEFAULT_SYNC_CONFIG, NO_COUNTERS, statusSyncSchedules } from '@rollcall/status-sync'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { RunCommand } from '../test-support/create-test-cli.ts'
import { type ServedApi, startServedApi } from '../test-support/start-served-api.ts'

const redis = testRedis()
const why = ['--reason', 'The registry was away.']

let api: ServedApi
let rollcall: RunCommand
beforeEach(async () => {
  api = await startServedApi({ redisUrl: redis.url })
  const { clock, database } = api
  const deps = { schedules: database.schedules, clock, newId: () => crypto.randomUUID() }
  await ensureSchedules({ definitions: statusSyncSchedules, environment: {}, by: 'worker-sync' }, deps)
  rollcall = api.cli({ as: 'admin' })
})
afterEach(() => api.close())

describe('rollcall schedules', () => {
  test('lists the jobs, and says where nothing rings their bells', async () => {
    const { code, out, err } = await rollcall('schedules', 'list')
    expect([code, err]).toEqual([0, 'No worker-sync is heard of: nothing rings the bells.'])
    expect(out.split('\n')).toEqual([
      'job                         schedule          state     next                  last run  failed  success, 7 d',
      'userRegistrationNumberSync  0 */6 * * * UTC   idle      2026-09-01 12:00:00Z  never          0  -',
      'userStatusSync              0 */2 * * * UTC   idle      2026-09-01 10:00:00Z  never          0  -',
      'healthCheck                 */30 * * * * UTC  idle      2026-09-01 08:30:00Z  never          0  -',
      'accountCleanup              0 2 * * * UTC     disabled  -                     never          0  -',
    ])
  })

  test('shows and edits one, and says what a change means', async () => {
    const edited = await rollcall('schedules', 'edit', 'userStatusSync', '--cron', '*/59 * * * *', '--set', 'batchSize=25', ...why)
    expect(edited).toMatchObject({ code: 0, err: '' })
    expect(edited.out).toContain('userStatusSync: Fires at :00 and :59 of every hour, every day (UTC).\n  2026-09-01 08:59:00Z\n')
    const shown = await rollcall('schedules', 'show', 'userStatusSync')
    expect(shown.out).toContain('version 2, last changed by admin of the tests at 2026-09-01 08:00:00Z')
    expect(shown.out).toMatch(/batchSize +25 +operator +Accounts per question/)
    const json = (await rollcall('schedules', 'show', 'userStatusSync', '--json')).json()
    expect(json).toMatchObject({ name: 'userStatusSync', version: 2 })
  })

  test('says which field of a change is wrong, and what is missing of one', async () => {
    const wrong = await rollcall('schedules', 'edit', 'userStatusSync', '--cron', '61 * * * *', ...why)
    expect(wrong.code).toBe(2)
    expect(wrong.err).toContain('minute: 61 is not 0-59')
    expect(await rollcall('schedules', 'edit', 'userStatusSync', ...why)).toMatchObject({
      code: 2,
      err: 'What is to change? Give --cron, --time-zone or --set.',
    })
    expect((await rollcall('schedules', 'edit', 'userStatusSync', '--set', 'batchSize', ...why)).code).toBe(2)
    expect((await rollcall('schedules', 'disable', 'userStatusSync')).code).toBe(2)
    const unknown = await rollcall('schedules', 'show', 'nightly')
    expect(unknown.err).toContain('There are: userRegistrationNumberSync, userStatusSync, healthCheck, accountCleanup.')
  })

  test('enables and disables, and tells the next times', async () => {
    expect(await rollcall('schedules', 'disable', 'userStatusSync', ...why)).toMatchObject({ code: 0, out: 'userStatusSync is disabled.' })
    expect((await rollcall('schedules', 'next')).out).toContain('userStatusSync is disabled. Fires at :00 of the hours 0, 2, 4')
    expect((await rollcall('schedules', 'enable', 'userStatusSync', ...why)).out).toMatch(/^userStatusSync is enabled\./)
    expect((await rollcall('schedules', 'next', 'userStatusSync', '--json')).json()).toMatchObject({
      jobs: [{ nextFireTimes: { length: 5, 0: '2026-09-01T10:00:00.000Z' } }],
    })
    const cleanup = await rollcall('schedules', 'enable', 'accountCleanup', ...why)
    expect([cleanup.code, cleanup.err]).toEqual([1, expect.stringContaining('only after a dry run')])
  })
})

describe('rollcall sync', () => {
  async function triggered(...args: readonly string[]): Promise<string> {
    const { json } = await rollcall('sync', 'trigger', 'userStatusSync', ...args, ...why, '--json')
    return (json() as { uuid: string }).uuid
  }

  async function found(runUuid: string, userIds: readonly string[]): Promise<void> {
    const { clock, database } = api
    const at = clock.now()
    const config = { batchSize: 50, ...DEFAULT_SYNC_CONFIG }
    const begun = { runUuid, job: 'userStatusSync', trigger: 'manual', dryRun: true, config, startedAt: at } as const
    await database.syncRuns.begin(begun)
    const items = userIds.map((userId) => ({
      ...({ userId, action: 'update', reasonCode: 'MAP_REJECTED', outcome: 'noted', attempt: 0, errorCode: null, decidedAt: at } as const),
      ...{ before: { accountStatus: 'active' }, after: { accountStatus: 'suspended' }, registration: null },
    }))
    await database.syncRuns.writeBatch({
      ...{ runUuid, expectedVersion: 1, expectedBatches: 0, decidedThrough: null, items, settled: [], verified: [], at },
      counters: { ...NO_COUNTERS, scanned: 40, toChange: items.length },
    })
  }

  test('triggers a job once, and names the run that is going', async () => {
    const first = await rollcall('sync', 'trigger', 'userStatusSync', ...why)
    const uuid = /^\S+/.exec(first.out)?.[0]
    expect(first.out).toBe(`${uuid} has begun: \`pnpm rollcall sync show ${uuid}\`.`)
    const second = await rollcall('sync', 'trigger', 'userStatusSync', ...why)
    expect([second.code, second.err]).toEqual([1, expect.stringContaining('A run of this job is going already')])
    expect(second.err).toContain(`Run ${uuid} stands in DECIDE (new).`)
    expect((await rollcall('sync', 'trigger', 'userStatusSync')).code).toBe(2)
  })

  test('tells where the jobs stand, and what was found by a run', async () => {
    const uuid = await triggered('--dry-run')
    await found(uuid, ['u1', 'u2'])
    const status = await rollcall('sync', 'status')
    expect(status).toMatchObject({ code: 1, err: '' })
    expect(status.out).toMatch(new RegExp(`userStatusSync +queued +${uuid}`))
    expect(status.out).toContain('unknown: SQL healthy, Redis healthy, workers healthy, registration service unknown')
    expect(status.out).toContain('No health check has come to an answer of late')
    const unwatched = 'healthCheck is disabled: nobody watches whether the registration service answers.'
    expect(status.out).not.toContain(unwatched)
    await rollcall('schedules', 'disable', 'healthCheck', ...why)
    expect((await rollcall('sync', 'status')).out).toContain(unwatched)
    expect((await rollcall('sync', 'runs', '--job', 'userStatusSync')).out).toMatch(
      new RegExp(`${uuid} +userStatusSync +2026-09-01 08:00:00Z +queued \\(dry run\\) +40 +2 +0`),
    )
    const shown = await rollcall('sync', 'show', uuid)
    expect(shown.out).toContain('because: The registry was away.')
    expect(shown.out).toContain('with batchSize 50, maxRetries 3')
    const items = await rollcall('sync', 'items', uuid)
    expect(items.out.split('\n')).toEqual([
      'user  action  from    to         why           outcome',
      'u1    update  active  suspended  MAP_REJECTED  noted',
      'u2    update  active  suspended  MAP_REJECTED  noted',
    ])
    expect((await rollcall('sync', 'items', uuid, '--limit', '1')).err).toContain('There are more than 1')
    expect((await rollcall('sync', 'items', uuid, '--outcome', 'failed')).err).toBe('It found nothing like that.')
  })

  test.each([
    [true, 0, 'healthy'],
    [false, 1, 'unhealthy'],
  ])('ends well only where all was asked and answered (the registration service: %o)', async (ok, code, word) => {
    const { json } = await rollcall('sync', 'trigger', 'healthCheck', ...why, '--json')
    const { uuid } = json() as { uuid: string }
    const [run] = await api.database.ledger.read([uuid])
    if (!run) throw new Error(`There is no run ${uuid}.`)
    const part = { ok: true, tookMs: 1, errorCode: null }
    const parts = { sql: part, redis: part, registrations: { ...part, ok } }
    const ended = { state: 'COMPLETED', status: 'completed', completion: 'full', dueAt: null, liveKey: uuid } as const
    const from = { expectedVersion: run.version, expectedAttempt: null, version: run.version + 1, events: [] }
    await api.database.ledger.commit([{ ...run, ...ended, ...from, result: { CHECK_HEALTH: { healthy: ok, parts } } }])
    const status = await rollcall('sync', 'status')
    expect([status.code, status.out]).toEqual([code, expect.stringContaining(`\n${word}: SQL healthy`)])
    expect((await rollcall('sync', 'status', '--json')).code).toBe(code)
  })

  test('writes the differences of a run into a new file, and over none', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'rollcall-items-'))
    try {
      const uuid = await triggered('--dry-run')
      await found(uuid, ['u1', 'u2'])
      const file = join(folder, 'differences.csv')
      expect(await rollcall('sync', 'items', uuid, '--out', file)).toMatchObject({ code: 0, err: `The items stand in ${file}.` })
      expect((await readFile(file, 'utf8')).split('\r\n')).toHaveLength(4)
      expect((await rollcall('sync', 'items', uuid, '--out', file)).code).toBe(2)
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  test('pauses, resumes and cancels a run, and says what it cannot answer', async () => {
    const uuid = await triggered()
    expect((await rollcall('sync', 'pause', uuid, ...why)).out).toContain('ordered. It is pausing still')
    expect((await rollcall('sync', 'resume', uuid, ...why)).code).toBe(0)
    const approved = await rollcall('sync', 'approve', uuid, ...why)
    expect([approved.code, approved.err]).toEqual([1, expect.stringContaining('does not wait for this signal')])
    expect((await rollcall('sync', 'cancel', uuid, ...why)).out).toContain('cancelling')
    expect((await rollcall('sync', 'refuse', uuid)).code).toBe(2)
  })

  test('answers for the stay of a run that was shown, and for none that came after', async () => {
    const uuid = await triggered()
    const moveOn = async (state: string, status: 'waiting' | 'in_progress') => {
      const [run] = await api.database.ledger.read([uuid])
      if (!run) throw new Error(`There is no run ${uuid}.`)
      const from = { expectedVersion: run.version, expectedAttempt: null, version: run.version + 1 }
      await api.database.ledger.commit([{ ...run, ...from, state, status, events: [] }])
    }
    const answers = async () =>
      (await api.database.audit.list({ targetType: 'run', targetId: uuid, limit: 9 })).map(({ details }) => details)

    await moveOn('AWAIT_APPROVAL', 'waiting')
    const shown = await rollcall('sync', 'show', uuid)
    expect(shown.out).toContain(`userStatusSync ${uuid}, version 2\n  awaiting approval: OVER_LIMIT`)
    expect(shown.out).toContain('`sync approve` or `sync refuse` with `--seen 2` decides.')
    await moveOn('DECIDE', 'in_progress')
    await moveOn('AWAIT_APPROVAL', 'waiting')
    const late = await rollcall('sync', 'approve', uuid, '--seen', '2', ...why)
    expect([late.code, late.err]).toEqual([1, expect.stringContaining('(RUN_CHANGED)')])
    expect(await answers()).toEqual([])

    expect((await rollcall('sync', 'approve', uuid, ...why)).code).toBe(0)
    expect((await rollcall('sync', 'approve', uuid, '--seen', '4', ...why)).code).toBe(0)
    expect(await answers()).toMatchObject([{ signal: 'approval', outcome: 'approved', key: 'approval-4', version: 4 }])
    expect((await rollcall('sync', 'approve', uuid, '--seen', '0', ...why)).code).toBe(2)
    expect((await rollcall('sync', 'pause', uuid, '--seen', '4', ...why)).code).toBe(2)
  })

  test('tells of a count for a replay how many are runs of jobs, and why such a run keeps its input', async () => {
    const uuid = await triggered()
    const [run] = await api.database.ledger.read([uuid])
    if (!run) throw new Error(`There is no run ${uuid}.`)
    const over = { state: 'FAILED', status: 'failed', dueAt: null, liveKey: uuid, errorCode: 'REGISTRATIONS_UNREADABLE' } as const
    const moved = { ...run, ...over, expectedVersion: run.version, expectedAttempt: null, version: run.version + 1, events: [] }
    await api.database.ledger.commit([moved])
    expect((await rollcall('replay', '--error', 'REGISTRATIONS_UNREADABLE', '--dry-run')).out).toContain(
      '1 of them are runs of jobs, which need a key of the role admin: --process leaves them out.',
    )
    const folder = await mkdtemp(join(tmpdir(), 'rollcall-input-'))
    try {
      const file = join(folder, 'input.json')
      await writeFile(file, '{"dryRun":true}')
      const corrected = await rollcall('replay', uuid, '--yes', '--input', file, ...why)
      expect([corrected.code, corrected.err]).toEqual([2, expect.stringContaining('(INPUT_NOT_CORRECTABLE)')])
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})
