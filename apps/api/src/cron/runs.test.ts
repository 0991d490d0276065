import { testRedis } from '@rollcall/platform/testing'
import type { NewSyncItem } from '@rollcall/status-sync'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { COMPLETED, type CronTest, createCronTest } from '../test-support/create-cron-test.ts'

const redis = testRedis()
let test: CronTest
beforeEach(async () => {
  test = await createCronTest({ redisUrl: redis.url })
})
afterEach(() => test.close())

const reason = 'The change of rules was announced.'

function item(userId: string, changes: Partial<NewSyncItem> = {}): NewSyncItem {
  return {
    ...{ userId, action: 'update', reasonCode: 'MAP_REJECTED', outcome: 'noted', attempt: 0, errorCode: null, decidedAt: test.clock.now() },
    before: { accountStatus: 'active', organizationStatus: 'approved', registrationNumber: 'ETH-1' },
    after: { accountStatus: 'suspended', organizationStatus: 'rejected', registrationNumber: 'ETH-1' },
    registration: { registrationId: 'r1', registrationNumber: 'ETH-1', userId, status: 'rejected', version: 4, updatedAt: 0 },
    ...changes,
  }
}

describe('a run of a job', () => {
  it('is shown with its counters, the configuration that it runs with and its history', async () => {
    const uuid = await test.begun('userStatusSync', { reason })
    await test.batch(uuid, { counters: { scanned: 100, toChange: 30 } })
    await test.move(uuid, {
      ...{ state: 'AWAIT_APPROVAL', status: 'waiting' },
      result: { DECIDE: { scanned: 100, toChange: 30, overruns: [{ direction: 'fromActive', changes: 30, limit: 20 }] } },
    })
    const { status, body } = await test.get(`/api/cron/runs/${uuid}`)
    expect(status).toBe(200)
    expect(body).toMatchObject({
      ...{ uuid, job: 'userStatusSync', trigger: 'manual', requestedBy: 'admin of the tests', reason, dryRun: false },
      ...{ stands: 'awaiting_approval', state: 'AWAIT_APPROVAL', endedAt: null, batches: 1, report: null },
      paused: { code: 'OVER_LIMIT' },
      counters: { scanned: 100, toChange: 30, applied: 0 },
      config: { batchSize: 50, maxRetries: 3, limitMinimum: 20, limitPercent: 5 },
      overruns: [{ direction: 'fromActive', changes: 30, limit: 20 }],
      history: [{ state: 'DECIDE', status: 'success' }],
    })
  })

  it('of another process, or of none, is 404', async () => {
    const unknown = await test.get('/api/cron/runs/0199a1f4-5c00-7000-8000-00000000a001')
    expect(unknown).toMatchObject({ status: 404, body: { code: 'SYNC_RUN_NOT_FOUND' } })
  })

  it('is listed, newest first, page by page, for one job or for all', async () => {
    const uuids: string[] = []
    for (const job of ['userStatusSync', 'healthCheck', 'userRegistrationNumberSync', 'healthCheck']) {
      const uuid = await test.begun(job)
      uuids.unshift(uuid)
      test.clock.moveTo(test.clock.now() + 1_000)
      if (job === 'healthCheck') await test.move(uuid, COMPLETED)
    }
    const first = await test.get('/api/cron/runs?limit=3')
    const second = await test.get(`/api/cron/runs?limit=3&cursor=${first.body.nextCursor}`)
    const seen = [...first.body.runs, ...second.body.runs]
    expect(seen.map(({ uuid }) => uuid)).toEqual(uuids)
    expect(seen.map(({ stands }) => stands)).toEqual(['succeeded', 'queued', 'succeeded', 'queued'])
    expect(second.body.nextCursor).toBeNull()
    const checks = await test.get('/api/cron/runs?job=healthCheck')
    expect(checks.body.runs.map(({ job }: { job: string }) => job)).toEqual(['healthCheck', 'healthCheck'])
    expect(await test.get('/api/cron/runs?job=nightly')).toMatchObject({ status: 404, body: { code: 'SCHEDULE_NOT_FOUND' } })
    for (const query of ['cursor=x', 'limit=0', 'limit=101', 'page=2'])
      expect((await test.get(`/api/cron/runs?${query}`)).status, query).toBe(400)
  })
})

describe('the differences of a dry run', () => {
  it('are a file whose cells no spreadsheet calculates', async () => {
    const uuid = await test.begun('userStatusSync', { dryRun: true })
    const formula = item('=HYPERLINK("x")', { before: { accountStatus: 'active', registrationNumber: '@SUM(A1)' }, errorCode: null })
    await test.batch(uuid, { items: [item('u1'), formula] })
    const answer = await test.get(`/api/cron/runs/${uuid}/items`, { headers: { accept: 'text/csv' } })
    expect(answer.headers).toMatchObject({
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': `attachment; filename="run-${uuid}.csv"`,
    })
    expect(answer.body.split('\r\n')).toEqual([
      '\ufeffuserId,action,outcome,reasonCode,reason,accountStatus before,accountStatus after,organizationStatus before,organizationStatus after,registrationNumber before,registrationNumber after,registrationId,registrationVersion,errorCode,attempt,decidedAt,settledAt',
      `"'=HYPERLINK(""x"")",update,noted,MAP_REJECTED,The registration was rejected.,active,suspended,,rejected,'@SUM(A1),ETH-1,r1,4,,0,2026-09-01T08:00:00.000Z,2026-09-01T08:00:00.000Z`,
      'u1,update,noted,MAP_REJECTED,The registration was rejected.,active,suspended,approved,rejected,ETH-1,ETH-1,r1,4,,0,2026-09-01T08:00:00.000Z,2026-09-01T08:00:00.000Z',
      '',
    ])
    expect((await test.get(`/api/cron/runs/${uuid}/items?format=csv&outcome=failed`)).body.split('\r\n')).toHaveLength(2)
  })

  it('of more accounts than one page of the file holds are all in it', async () => {
    const uuid = await test.begun('userStatusSync', { dryRun: true })
    const all = Array.from({ length: 1_001 }, (_, index) => item(`u${String(index).padStart(5, '0')}`))
    await test.batch(uuid, { items: all })
    const { body } = await test.get(`/api/cron/runs/${uuid}/items?format=csv`)
    const ids = body
      .split('\r\n')
      .slice(1, -1)
      .map((line: string) => line.split(',')[0])
    expect(ids).toEqual(all.map(({ userId }) => userId))
  })

  it('are JSON page by page', async () => {
    const uuid = await test.begun('userStatusSync', { dryRun: true })
    await test.batch(uuid, { items: ['u1', 'u2', 'u3'].map((userId) => item(userId)) })
    const first = await test.get(`/api/cron/runs/${uuid}/items?limit=2`)
    expect(first.body).toMatchObject({
      items: [{ userId: 'u1', reason: 'The registration was rejected.', after: { accountStatus: 'suspended' } }, { userId: 'u2' }],
      nextAfter: 'u2',
    })
    const second = await test.get(`/api/cron/runs/${uuid}/items?limit=2&after=${first.body.nextAfter}`)
    expect(second.body).toMatchObject({ items: [{ userId: 'u3' }], nextAfter: null })
    for (const query of ['limit=501', 'outcome=lost', 'format=xml'])
      expect((await test.get(`/api/cron/runs/${uuid}/items?${query}`)).status, query).toBe(400)
  })
})

describe('the changes of a run that has ended without applying them', () => {
  const ended = {
    refused: { ...COMPLETED, completion: 'partial' },
    notApplied: { state: 'CANCELLED', status: 'cancelled', dueAt: null },
  } as const

  it.each(Object.entries(ended))('are %s, in every list, since it ended', async (outcome, ending) => {
    const uuid = await test.begun('userStatusSync')
    await test.order('/organisation-accounts', { userId: 'u1' })
    await test.batch(uuid, { items: [item('u1', { outcome: 'pending' }), item('u2')] })
    const words = async (query = '') => {
      const { body } = await test.get(`/api/cron/runs/${uuid}/items${query}`)
      return body.items.map((one: { userId: string; outcome: string; settledAt: string | null }) => [
        one.userId,
        one.outcome,
        one.settledAt,
      ])
    }
    const decidedAt = '2026-09-01T08:00:00.000Z'
    expect(await words()).toEqual([
      ['u1', 'pending', null],
      ['u2', 'noted', decidedAt],
    ])
    expect([await words('?outcome=pending'), await words(`?outcome=${outcome}`)]).toEqual([[['u1', 'pending', null]], []])

    test.clock.moveTo(test.clock.now() + 60_000)
    await test.move(uuid, ending)
    const left = [['u1', outcome, '2026-09-01T08:01:00.000Z']]
    expect(await words()).toEqual([...left, ['u2', 'noted', decidedAt]])
    expect([await words('?outcome=pending'), await words(`?outcome=${outcome}`), await words('?outcome=noted')]).toEqual([
      [],
      left,
      [['u2', 'noted', decidedAt]],
    ])
    expect(await words(`?outcome=${outcome === 'refused' ? 'notApplied' : 'refused'}`)).toEqual([])
    const file = (query: string) => test.get(`/api/cron/runs/${uuid}/items?format=csv&${query}`)
    expect((await file(`outcome=${outcome}`)).body.split('\r\n')[1]).toMatch(new RegExp(`^u1,update,${outcome},`))
    expect((await file('outcome=pending')).body.split('\r\n')).toHaveLength(2)
    const { body } = await test.get('/organisation-accounts/u1')
    expect(body.timeline).toContainEqual(
      expect.objectContaining({ syncItem: expect.objectContaining({ runUuid: uuid, outcome, settledAt: '2026-09-01T08:01:00.000Z' }) }),
    )
  })
})

describe('an order about a run', () => {
  const order = (uuid: string, verb: string, body: object = { reason }) => test.order(`/api/cron/runs/${uuid}/${verb}`, body)

  it('approves or refuses it once, whoever asks twice', async () => {
    const uuid = await test.begun('userStatusSync')
    expect(await order(uuid, 'approve')).toMatchObject({ status: 409, body: { code: 'NOT_WAITING' } })
    await test.move(uuid, { state: 'AWAIT_APPROVAL', status: 'waiting' })
    expect(await order(uuid, 'approve')).toMatchObject({ status: 202, body: { uuid, stands: 'awaiting_approval' } })
    expect((await order(uuid, 'approve')).status).toBe(202)
    expect(await order(uuid, 'refuse')).toMatchObject({ status: 409, body: { code: 'SIGNAL_KEY_TAKEN' } })
    const awaited = { runUuid: uuid, name: 'approval', stay: (await test.run(uuid)).version }
    expect(await test.database.signals.next(awaited)).toMatchObject({ outcome: 'approved', sentBy: 'admin of the tests' })
    const audit = await test.audited({ targetType: 'run', targetId: uuid })
    expect(audit).toMatchObject([{ action: 'run.signal', reason }])
  })

  it('pauses, resumes and cancels it', async () => {
    const uuid = await test.begun('userStatusSync')
    expect(await order(uuid, 'resume')).toMatchObject({ status: 409, body: { code: 'NOT_WAITING' } })
    expect(await order(uuid, 'pause')).toMatchObject({ status: 202, body: { stands: 'pausing' } })
    expect(await order(uuid, 'resume')).toMatchObject({ status: 202, body: { stands: 'queued' } })
    expect(await order(uuid, 'cancel')).toMatchObject({ status: 202, body: { stands: 'cancelling' } })
    const audit = await test.audited({ targetType: 'run', targetId: uuid })
    expect(audit.map(({ action }) => action).toSorted()).toEqual(['run.cancel', 'run.pause', 'run.resume'])
  })

  it.each(['pause', 'resume', 'cancel', 'approve', 'refuse'])('to %s it needs a reason, a run, and one that is going', async (verb) => {
    const uuid = await test.begun('userStatusSync')
    expect(await order(uuid, verb, {})).toMatchObject({ status: 422, body: { errors: [{ pointer: '/reason' }] } })
    expect(await order(uuid, verb, { reason, force: true })).toMatchObject({ status: 422, body: { errors: [{ pointer: '/force' }] } })
    await test.move(uuid, COMPLETED)
    expect(await order(uuid, verb)).toMatchObject({ status: 409, body: { code: 'RUN_ENDED' } })
    expect(await order('0199a1f4-5c00-7000-8000-00000000a001', verb)).toMatchObject({ status: 404 })
    expect(await order('7', verb)).toMatchObject({ status: 400 })
  })
})
