// Who says which version of a run he saw answers that stay, however often, and no later one.
import { testRedis } from '@rollcall/platform/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type CronTest, createCronTest } from '../test-support/create-cron-test.ts'

const redis = testRedis()
let test: CronTest
beforeEach(async () => {
  test = await createCronTest({ redisUrl: redis.url })
})
afterEach(() => test.close())

const reason = 'The rules were changed back.'
const order = (uuid: string, verb: string, expectedVersion?: number) =>
  test.order(`/api/cron/runs/${uuid}/${verb}`, { reason, expectedVersion })
const versionOf = async (uuid: string): Promise<number> => (await test.get(`/api/cron/runs/${uuid}`)).body.version

async function waitsIn(state: string): Promise<{ uuid: string; version: number }> {
  const uuid = await test.begun('userStatusSync')
  await test.move(uuid, { state, status: 'waiting' })
  return { uuid, version: await versionOf(uuid) }
}

/** What was sent to the stay in which the run stands now. */
const heard = async (uuid: string, name: string) =>
  test.database.signals.next({ runUuid: uuid, name, stay: (await test.run(uuid)).version })

describe.each([
  ['resume', 'DECIDE_PAUSED', 'resume'],
  ['approve', 'AWAIT_APPROVAL', 'approval'],
  ['refuse', 'AWAIT_APPROVAL', 'approval'],
])('an order to %s', (verb, state, signal) => {
  it('that is repeated when the run waits once more is answered as before, and heard once', async () => {
    const { uuid, version } = await waitsIn(state)
    expect((await order(uuid, verb, version)).status).toBe(202)
    expect((await order(uuid, verb, version)).status).toBe(202)
    expect(await heard(uuid, signal)).not.toBeNull()
    await test.move(uuid, { state: 'DECIDE' })
    expect((await order(uuid, verb, version)).status).toBe(202)
    await test.move(uuid, { state, status: 'waiting' })
    expect((await order(uuid, verb, version)).status).toBe(202)
    expect(await heard(uuid, signal)).toBeNull()
    expect(await test.audited({ targetType: 'run', targetId: uuid })).toHaveLength(1)
    expect((await order(uuid, verb, await versionOf(uuid))).status).toBe(202)
    expect(await heard(uuid, signal)).not.toBeNull()
  })

  it('for a stay that is over, and that it did not answer, is refused', async () => {
    const { uuid, version } = await waitsIn(state)
    await test.move(uuid, { state: 'DECIDE' })
    await test.move(uuid, { state, status: 'waiting' })
    const refused = await order(uuid, verb, version)
    expect(refused).toMatchObject({ status: 409, body: { code: 'RUN_CHANGED' } })
    expect(refused.body.detail).toContain(`It stands at version ${version + 2}, not ${version}.`)
    expect(await heard(uuid, signal)).toBeNull()
  })

  it('without a version is for whatever the run waits for now', async () => {
    const { uuid, version } = await waitsIn(state)
    expect((await order(uuid, verb, version)).status).toBe(202)
    await test.move(uuid, { state: 'DECIDE' })
    await test.move(uuid, { state, status: 'waiting' })
    expect((await order(uuid, verb)).status).toBe(202)
    expect(await heard(uuid, signal)).not.toBeNull()
  })
})

describe('an order to resume a run that has not come to rest yet', () => {
  it('takes back the request to pause that it saw, and no later one', async () => {
    const uuid = await test.begun('userStatusSync')
    const version = await versionOf(uuid)
    await order(uuid, 'pause')
    expect((await order(uuid, 'resume', version)).status).toBe(202)
    expect(await test.database.syncRuns.find(uuid)).toMatchObject({ pauseAskedBy: null })
    await test.move(uuid, { state: 'DECIDE' })
    await order(uuid, 'pause')
    expect(await order(uuid, 'resume', version)).toMatchObject({ status: 409, body: { code: 'RUN_CHANGED' } })
    expect(await test.database.syncRuns.find(uuid)).toMatchObject({ pauseAskedBy: 'admin of the tests' })
  })
})

it.each(['pause', 'cancel'])('an order to %s asks for no version', async (verb) => {
  const uuid = await test.begun('userStatusSync')
  expect(await order(uuid, verb, 1)).toMatchObject({ status: 422, body: { errors: [{ pointer: '/expectedVersion' }] } })
})
