// What may be ordered about runs of jobs, and about what was pushed, at the addresses of all runs.
import { createIds, prepareRun } from '@rollcall/engine'
import { testRedis } from '@rollcall/platform/testing'
import { registrationChange, sessionRevocation, statusSyncSchedules } from '@rollcall/status-sync'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type CronTest, createCronTest, FAILED } from '../test-support/create-cron-test.ts'
import { student } from '../test-support/people.ts'

const redis = testRedis()
let test: CronTest
beforeEach(async () => {
  test = await createCronTest({ redisUrl: redis.url })
})
afterEach(() => test.close())

const reason = 'The service is back.'
const operator = { as: 'operator' } as const
const admin = { as: 'admin' } as const
const auditOf = (targetId: string) => test.audited({ targetType: 'run', targetId })
const replay = (uuid: string, body: object, sending: object) => test.post(`/azure-data-sync/${uuid}/replay`, { reason, ...body }, sending)

async function failedRunOf(job: string): Promise<string> {
  const uuid = await test.begun(job)
  await test.move(uuid, FAILED)
  return uuid
}

async function accept(run: Parameters<typeof prepareRun>[0]): Promise<string> {
  const prepared = prepareRun(run)
  await test.database.ledger.accept({ groupUuid: prepared.groupUuid, request: null, runs: [prepared] })
  await test.move(prepared.uuid, FAILED)
  return prepared.uuid
}

const origin = () => {
  const newId = createIds(test.clock)
  return { groupUuid: newId(), requestedBy: 'registration-service', priority: 1, now: test.clock.now(), newId }
}

describe.each(statusSyncSchedules.filter(({ name }) => name !== 'accountCleanup'))('a run of the job $name', ({ name }) => {
  it('is cancelled by an admin, and by no operator', async () => {
    const uuid = await test.begun(name)
    const refused = await test.post(`/azure-data-sync/${uuid}/cancel`, { reason }, operator)
    expect(refused).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } })
    expect(refused.body.detail).toBe(`It is a run of the job ${name}. Your role is operator; this needs admin.`)
    expect((await test.run(uuid)).cancelRequestedAt).toBeNull()
    expect((await test.post(`/azure-data-sync/${uuid}/cancel`, { reason }, admin)).status).toBe(202)
  })

  it('is replayed by an admin, and by no operator', async () => {
    const uuid = await failedRunOf(name)
    expect(await replay(uuid, {}, operator)).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } })
    expect(await replay(uuid, {}, admin)).toMatchObject({ status: 202, body: { uuid, state: (await test.run(uuid)).state } })
  })

  it('keeps the input that it began with, whoever replays it', async () => {
    const uuid = await failedRunOf(name)
    const before = await test.run(uuid)
    const input = { config: { ...Object(before.input.config), limitPercent: 100, limitMinimum: 1_000_000, timeoutMs: 30_000 } }
    const refused = await replay(uuid, { input }, admin)
    expect(refused).toMatchObject({ status: 422, body: { code: 'INPUT_NOT_CORRECTABLE' } })
    expect(await test.run(uuid)).toEqual(before)
    expect(await auditOf(uuid)).toEqual([])
  })
})

describe('what was pushed', () => {
  const registration = { registrationId: 'reg-1', registrationNumber: 'ETH-1', userId: 'u1', status: 'rejected', version: 2, updatedAt: 0 }

  it('is replayed as it was signed: an operator sets nobody’s status by it', async () => {
    const uuid = await accept({ process: registrationChange, input: { registration, webhookId: 'msg-1' }, ...origin() })
    const before = await test.run(uuid)
    for (const changes of [{ status: 'approved' }, { userId: 'u2' }]) {
      const refused = await replay(uuid, { input: { registration: { ...registration, ...changes } } }, operator)
      expect(refused).toMatchObject({ status: 422, body: { code: 'INPUT_NOT_CORRECTABLE' } })
      expect(refused.body.detail).toContain('It is a run of registration-change.')
    }
    expect(await test.run(uuid)).toEqual(before)
    expect(await auditOf(uuid)).toEqual([])
    expect((await replay(uuid, {}, operator)).status).toBe(202)
    expect((await test.run(uuid)).input).toEqual(before.input)
  })

  it('ends the sessions of nobody else, either', async () => {
    const input = { userId: 'u1', azureId: 'a1', statusVersion: 4 }
    const uuid = await accept({ process: sessionRevocation, input, ...origin() })
    expect(await replay(uuid, { input: { azureId: 'a2' } }, operator)).toMatchObject({
      status: 422,
      body: { code: 'INPUT_NOT_CORRECTABLE' },
    })
    expect((await test.run(uuid)).input).toEqual(input)
  })
})

describe('an order to replay many', () => {
  const filter = { failedFrom: '2026-01-01T00:00:00Z' }
  const order = (body: object, sending: object) => test.post('/replays', { filter, reason, ...body }, sending)

  it('tells how many are runs of jobs, and begins with them for an admin alone', async () => {
    await failedRunOf('healthCheck')
    const { body } = await test.post('/student-create', student)
    await test.move(body.uuid, FAILED)
    expect((await order({ dryRun: true }, operator)).body).toMatchObject({ count: 2, ofJobs: 1 })

    const before = await test.rows()
    const refused = await order({ expectedCount: 2 }, operator)
    expect(refused).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } })
    expect(refused.body.detail).toBe(
      '1 of the runs are of jobs. Your role is operator; this needs admin. Name a process to leave them out.',
    )
    expect(await test.rows()).toEqual(before)
    expect((await order({ expectedCount: 1, filter: { process: 'account-create' } }, operator)).status).toBe(202)
    expect((await order({ expectedCount: 2 }, admin)).status).toBe(202)
  })

  it('goes on, after it has failed, by an operator’s order only where no run of a job is left in it', async () => {
    const ofJob = await failedRunOf('healthCheck')
    const { body } = await order({ expectedCount: 1 }, admin)
    await test.move(body.uuid, FAILED)
    const before = await test.run(body.uuid)
    const refused = await replay(body.uuid, {}, operator)
    expect(refused).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } })
    expect(refused.body.detail).toBe('1 of the runs that it replays are of jobs. Your role is operator; this needs admin.')
    expect(await test.run(body.uuid)).toEqual(before)

    await replay(ofJob, {}, admin)
    expect((await replay(body.uuid, {}, operator)).status).toBe(202)
  })

  it('says in the run that replays whether it may touch runs of jobs, those too that failed while they were counted', async () => {
    const { body } = await test.post('/student-create', student)
    await test.move(body.uuid, FAILED)
    const byOperator = (await order({ expectedCount: 1 }, operator)).body.uuid
    await failedRunOf('healthCheck')
    const byAdmin = (await order({ expectedCount: 2 }, admin)).body.uuid
    expect((await test.run(byOperator)).input).toMatchObject({ withoutJobs: true })
    expect((await test.run(byAdmin)).input).toMatchObject({ withoutJobs: false })

    for (const uuid of [byOperator, byAdmin]) await test.move(uuid, FAILED)
    expect((await replay(byOperator, {}, operator)).status).toBe(202)
    expect((await replay(byAdmin, {}, operator)).status).toBe(403)
  })

  it('goes on by an admin’s order, whatever is left in it', async () => {
    await failedRunOf('healthCheck')
    const { body } = await order({ expectedCount: 1 }, admin)
    await test.move(body.uuid, FAILED)
    expect((await replay(body.uuid, {}, admin)).status).toBe(202)
  })
})
