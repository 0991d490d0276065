import { createEvent, createIds, type Run } from '@rollcall/engine'
import { testRedis } from '@rollcall/platform/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { students, teacher } from '../test-support/people.ts'
import { startTestApi, type TestApi } from '../test-support/start-test-api.ts'

const redis = testRedis()
let test: TestApi
beforeEach(async () => {
  test = await startTestApi({ redisUrl: redis.url })
})
afterEach(() => test.close())

const reason = 'The class is in the directory now.'
const operator = { as: 'operator' } as const
const everyone = { process: 'account-create' }
const order = (body: object, sending: object = operator) => test.post('/replays', { filter: everyone, reason, ...body }, sending)

/** Accounts that were asked for and failed, as the engine writes it. */
async function failed(count: number, { state = 'AWAITING_USER_CREATE', errorCode = 'DIRECTORY_REFUSED_DATA' } = {}): Promise<string[]> {
  const { body } = await test.post('/student-create', students(count))
  const uuids: string[] = body.results.map(({ uuid }: { uuid: string }) => uuid)
  for (const run of await test.database.ledger.read(uuids)) await fail(run, { state, errorCode })
  return uuids
}

async function fail(run: Run, { state, errorCode }: { state: string; errorCode: string }): Promise<void> {
  const newId = createIds(test.clock)
  const event = createEvent({ id: newId(), at: test.clock.now(), run: { ...run, state }, operationType: state, status: 'failed' })
  const ended = { state: 'FAILED', status: 'failed', dueAt: null, liveKey: run.uuid, errorCode, updatedAt: test.clock.now() } as const
  const from = { expectedVersion: run.version, expectedAttempt: null, version: run.version + 1 }
  await test.database.ledger.commit([{ ...run, ...from, ...ended, events: [event] }])
}

async function begun(body: object = {}): Promise<string> {
  const answer = await order({ expectedCount: 3, ...body })
  expect(answer.status).toBe(202)
  return answer.body.uuid
}

describe('a dry run', () => {
  it('counts what the filter names, by process, state, error and school, and begins nothing', async () => {
    await failed(3)
    const { body: other } = await test.post('/teacher-create', { ...teacher, personId: 'T1', schoolId: '17' })
    const [run] = await test.database.ledger.read([other.uuid])
    if (run) await fail(run, { state: 'RESERVE_USERNAME', errorCode: 'USERNAMES_EXHAUSTED' })
    const before = await test.rows()

    expect(await order({ dryRun: true, reason: undefined })).toMatchObject({
      status: 200,
      body: {
        count: 4,
        notReplayable: 0,
        limit: 100_000,
        byProcess: [{ value: 'account-create', count: 4 }],
        byState: [
          { value: 'AWAITING_USER_CREATE', count: 3 },
          { value: 'RESERVE_USERNAME', count: 1 },
        ],
        byErrorCode: [
          { value: 'DIRECTORY_REFUSED_DATA', count: 3 },
          { value: 'USERNAMES_EXHAUSTED', count: 1 },
        ],
        bySchool: [
          { value: '2902418', count: 3 },
          { value: '17', count: 1 },
        ],
      },
    })
    expect(await test.rows()).toEqual(before)
  })

  it('narrows by every field', async () => {
    const [uuid = ''] = await failed(2)
    const group = (await test.database.ledger.find(uuid))?.groupUuid
    test.clock.moveTo(test.clock.now() + 3_600_000)
    await failed(1, { state: 'RESERVE_USERNAME', errorCode: 'USERNAMES_EXHAUSTED' })
    const count = async (filter: object) => (await order({ filter, dryRun: true })).body.count
    expect(await count({ state: 'AWAITING_USER_CREATE' })).toBe(2)
    expect(await count({ errorCode: 'USERNAMES_EXHAUSTED' })).toBe(1)
    expect(await count({ groupUuid: group })).toBe(2)
    expect(await count({ schoolId: '2902418' })).toBe(3)
    expect(await count({ schoolId: '2902419' })).toBe(0)
    expect(await count({ failedTo: '2026-09-01T09:00:00Z' })).toBe(2)
    expect(await count({ failedFrom: '2026-09-01T11:00:00+02:00' })).toBe(1)
    expect(await count({ createdFrom: '2026-09-01T08:30:00Z', process: 'account-create' })).toBe(1)
    expect(await count({ createdTo: '2026-09-01T08:00:00Z' })).toBe(0)
    expect(await count({ process: 'account-create', status: 'cancelled' })).toBe(0)
    expect(await count({ process: 're-enroll' })).toBe(0)
  })

  it('tells how many cannot begin in another state', async () => {
    await failed(2)
    const tell = async (fromState: string) => (await order({ dryRun: true, fromState })).body
    expect(await tell('RESERVE_USERNAME')).toMatchObject({ count: 2, notReplayable: 0 })
    expect(await tell('USER_NEISPUO_PERSIST')).toMatchObject({ count: 2, notReplayable: 2 })
  })
})

describe('an order', () => {
  it('begins a run of its own, with an audit row, and shows what became of it', async () => {
    await failed(3)
    const answer = await order({ expectedCount: 3, filter: { ...everyone, failedFrom: '2026-09-01T10:00:00+02:00' } })
    const { uuid } = answer.body
    expect(answer).toMatchObject({ status: 202, headers: { location: `/replays/${uuid}` }, body: { count: 3 } })
    expect(await test.get(`/replays/${uuid}`)).toMatchObject({
      status: 200,
      body: {
        uuid,
        state: 'SELECT_RUNS',
        status: 'new',
        completion: null,
        filter: { status: 'failed', process: 'account-create', failedFrom: '2026-09-01T08:00:00.000Z' },
        fromState: null,
        reason,
        requestedBy: 'operator of the tests',
        createdAt: '2026-09-01T08:00:00.000Z',
        count: 3,
        selected: 0,
        outcomes: { pending: 0, replayed: 0, refused: 0 },
        refusals: [],
        replayedNow: { live: 0, completed: 0, failed: 0, cancelled: 0, gone: 0 },
      },
    })
    expect(await test.database.audit.list({ targetType: 'cohort', targetId: uuid, limit: 9 })).toMatchObject([
      { actor: 'operator of the tests', action: 'cohort.replay', reason, details: { count: 3, filter: everyone } },
    ])
    const queue = test.dispatcher.queues.get('replay-cohort.SELECT_RUNS')
    expect((await queue?.getJob(`${uuid}-1`))?.data).toEqual({ uuid, version: 1 })
  })

  it('is refused where another number of runs is meant by now, which it tells', async () => {
    await failed(3)
    const before = await test.rows()
    expect(await order({ expectedCount: 2 })).toMatchObject({ status: 409, body: { code: 'COHORT_CHANGED', count: 3 } })
    expect(await test.rows()).toEqual(before)
  })

  it('is refused where none of the runs can begin in that state', async () => {
    await failed(3)
    const answer = await order({ expectedCount: 3, fromState: 'USER_NEISPUO_PERSIST' })
    expect(answer).toMatchObject({ status: 422, body: { code: 'STATE_NOT_REPLAYABLE' } })
  })

  it('under the same Idempotency-Key begins nothing, although none of its runs is failed any more', async () => {
    const uuids = await failed(3)
    const headers = { 'idempotency-key': 'repair-1' }
    const first = await order({ expectedCount: 3 }, { ...operator, headers })
    for (const uuid of uuids) await test.post(`/azure-data-sync/${uuid}/replay`, { reason }, operator)

    const again = await order({ expectedCount: 3 }, { ...operator, headers })
    expect(again).toMatchObject({ status: 202, headers: { 'idempotency-replayed': 'true' }, body: first.body })
    expect(first.headers).not.toHaveProperty('idempotency-replayed')
    expect(await test.database.prisma.run.count({ where: { process: 'replay-cohort' } })).toBe(1)
    const other = await order({ expectedCount: 2 }, { ...operator, headers })
    expect(other).toMatchObject({ status: 409, body: { code: 'IDEMPOTENCY_KEY_REUSED' } })
  })

  it('sent twenty times at once under one Idempotency-Key begins once', async () => {
    await failed(3)
    const sending = { ...operator, headers: { 'idempotency-key': 'repair-2' } }
    const answers = await Promise.all(Array.from({ length: 20 }, () => order({ expectedCount: 3 }, sending)))
    expect(new Set(answers.map(({ status, body }) => `${status} ${body.uuid}`)).size).toBe(1)
    expect(await test.database.prisma.run.count({ where: { process: 'replay-cohort' } })).toBe(1)
    expect(await test.database.prisma.auditLog.count({ where: { action: 'cohort.replay' } })).toBe(1)
  })

  it('is cancelled as the run that it is', async () => {
    await failed(3)
    const uuid = await begun()
    expect(await test.post(`/azure-data-sync/${uuid}/cancel`, { reason }, operator)).toMatchObject({ status: 202 })
    expect((await test.get(`/replays/${uuid}`)).body.cancelRequestedAt).toBe('2026-09-01T08:00:00.000Z')
  })

  it.each<[string, object, string]>([
    ['no filter', { filter: undefined, dryRun: true }, '/filter'],
    ['a filter that names nothing', { filter: {}, dryRun: true }, '/filter'],
    ['a filter by status only', { filter: { status: 'cancelled' }, dryRun: true }, '/filter'],
    ['a live status', { filter: { status: 'polling', process: 'x' }, dryRun: true }, '/filter/status'],
    ['an unknown field', { filter: { ...everyone, personId: '1' }, dryRun: true }, '/filter/personId'],
    ['a time that is none', { filter: { failedFrom: 'yesterday' }, dryRun: true }, '/filter/failedFrom'],
    ['a group that is none', { filter: { groupUuid: 'x' }, dryRun: true }, '/filter/groupUuid'],
    ['neither a dry run nor a count', {}, ''],
    ['both', { dryRun: true, expectedCount: 3 }, ''],
    ['a dry run that is false', { dryRun: false, expectedCount: 3 }, '/dryRun'],
    ['a count of none', { expectedCount: 0 }, '/expectedCount'],
    ['no reason', { expectedCount: 3, reason: undefined }, '/reason'],
    ['an empty reason', { expectedCount: 3, reason: ' ' }, '/reason'],
    ['an empty state', { expectedCount: 3, fromState: '' }, '/fromState'],
  ])('with %s is refused', async (_what, body, pointer) => {
    await failed(3)
    const before = await test.rows()
    const answer = await order(body)
    expect(answer).toMatchObject({ status: 422, body: { code: 'INVALID_BODY', errors: [{ pointer }] } })
    expect(await test.rows()).toEqual(before)
  })

  it.each(['upstream', 'service', 'reader'] as const)('is not for the role %s, not even a dry run', async (as) => {
    expect(await order({ dryRun: true }, { as })).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } })
  })
})

describe('the runs of an order', () => {
  it('are listed with their outcome and as they stand today, page by page', async () => {
    const uuids = (await failed(3)).sort()
    const [first = '', second = '', third = ''] = uuids
    const uuid = await begun()
    const { cohorts, prisma } = test.database
    await prisma.$transaction(async (transaction) => {
      const tx = { transaction }
      await cohorts.add(tx, { cohortUuid: uuid, runUuids: uuids })
      await cohorts.markReplayed(tx, { cohortUuid: uuid, runUuid: second, at: test.clock.now() })
      const items = [{ runUuid: third, errorCode: 'RUN_KEY_TAKEN', detail: 'Another run has it.' }]
      await cohorts.markRefused(tx, { cohortUuid: uuid, items, at: test.clock.now() })
    })
    await test.post(`/azure-data-sync/${second}/replay`, { reason }, operator)

    const page = await test.get(`/replays/${uuid}/items?limit=2`)
    expect(page.body).toEqual({
      items: [
        expect.objectContaining({ runUuid: first, outcome: 'pending', at: null }),
        {
          runUuid: second,
          outcome: 'replayed',
          errorCode: null,
          detail: null,
          at: '2026-09-01T08:00:00.000Z',
          run: {
            uuid: second,
            process: 'account-create',
            state: 'AWAITING_USER_CREATE',
            status: 'in_progress',
            completion: null,
            errorCode: null,
          },
        },
      ],
      nextAfter: second,
    })
    const next = await test.get(`/replays/${uuid}/items?limit=2&after=${page.body.nextAfter}`)
    expect(next.body).toMatchObject({
      items: [{ runUuid: third, errorCode: 'RUN_KEY_TAKEN', detail: 'Another run has it.' }],
      nextAfter: null,
    })
    expect((await test.get(`/replays/${uuid}/items?outcome=refused`)).body.items).toHaveLength(1)
    expect((await test.get(`/replays/${uuid}`)).body).toMatchObject({
      selected: 3,
      outcomes: { pending: 1, replayed: 1, refused: 1 },
      refusals: [{ errorCode: 'RUN_KEY_TAKEN', count: 1 }],
      replayedNow: { live: 1, completed: 0, failed: 0, cancelled: 0, gone: 0 },
    })
  })

  it('are shown to those who observe, and to no upstream system', async () => {
    await failed(3)
    const uuid = await begun()
    for (const path of [`/replays/${uuid}`, `/replays/${uuid}/items`]) {
      for (const as of ['service', 'reader', 'operator', 'admin'] as const) expect((await test.get(path, { as })).status).toBe(200)
      expect((await test.get(path, { as: 'upstream' })).status).toBe(403)
    }
  })

  it('of an order that does not exist, or of a run that is none, are 404', async () => {
    const [run] = await failed(1)
    for (const uuid of ['0199a1f4-5c00-7000-8000-00000000a001', run]) {
      for (const path of [`/replays/${uuid}`, `/replays/${uuid}/items`])
        expect(await test.get(path)).toMatchObject({ status: 404, body: { code: 'REPLAY_NOT_FOUND' } })
    }
  })

  it.each(['outcome=lost', 'after=x', 'limit=0', 'limit=201', 'colour=red'])('are not listed by %s', async (query) => {
    const answer = await test.get(`/replays/0199a1f4-5c00-7000-8000-00000000a001/items?${query}`)
    expect(answer).toMatchObject({ status: 400, body: { code: 'INVALID_PARAMETERS' } })
  })
})
