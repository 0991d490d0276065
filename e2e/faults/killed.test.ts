// kill -9 of any process at any moment, the API and whoever sends to it included. What was answered with 202 is there; what was not answered can
// be sent again under its key; and a job whose worker dies twice is neither done twice nor lost.
import { setTimeout as pause } from 'node:timers/promises'
import { queueKey } from '@rollcall/engine'
import { WORKERS } from '@rollcall/scripts/fleet'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { audit, CLEAN } from '../support/audit.ts'
import { createChance } from '../support/chance.ts'
import { type Insisted, insist } from '../support/insist.ts'
import { students } from '../support/people.ts'
import { startTestFleet, type TestFleet } from '../support/start-test-fleet.ts'
import { untilEnded } from '../support/until-ended.ts'
import { waitUntil } from '../support/wait-until.ts'
import { withRedis } from '../support/with-redis.ts'

const SENDERS = 6
const MOST_PER_POST = 12
/** Longer than a busy machine takes to start a worker and to kill it. Nobody waits for its end: whoever would is dead. */
const UNTIL_KILLED_MS = 20_000

const chance = createChance()
let fleet: TestFleet
const accepted: string[] = []
let people = 0
let posts = 0
beforeAll(async () => {
  fleet = await startTestFleet({}, { dashboard: true })
})
afterAll(() => fleet.end())
afterEach(() => fleet.simulatorLevers.delete('/faults'))

async function post(count: number, giveUpMs?: number): Promise<Insisted> {
  const bodies = students(count, people)
  people += count
  posts += 1
  const answered = await insist({ upstream: fleet.upstream, key: `post-${posts}`, bodies, ...(giveUpMs !== undefined && { giveUpMs }) })
  accepted.push(...answered.uuids)
  return answered
}

/** Senders that go on, each with one request after another, for as long as something lasts. Answers what became of their requests. */
async function sendMeanwhile(work: () => Promise<void>, send: () => Promise<Insisted>): Promise<Insisted[]> {
  const answered: Insisted[] = []
  let isOver = false
  const sender = async () => {
    while (!isOver) {
      answered.push(await send())
      await pause(chance.between(20, 100))
    }
  }
  const all = Array.from({ length: SENDERS }, sender)
  const [worked, ...sent] = await Promise.allSettled([work().finally(() => (isOver = true)), ...all])
  const failed = [worked, ...sent].find((one) => one.status === 'rejected')
  if (failed) throw failed.reason
  return answered
}

async function expectCleanEnd(): Promise<void> {
  await untilEnded(fleet.database, { count: people })
  expect(await fleet.database.prisma.run.count({ where: { process: 'account-create' } })).toBe(people)
  expect(new Set(accepted).size).toBe(people)
  expect(await audit({ accepted, database: fleet.database, simulator: fleet.simulatorLevers, redis: fleet.redisUrl })).toEqual(CLEAN)
}

const victims: Readonly<Record<string, () => Promise<void>>> = {
  ...Object.fromEntries((['api', 'dashboard', ...WORKERS] as const).map((name) => [name, () => killApp(name)])),
  async Redis() {
    await fleet.redis?.kill()
    await fleet.restartRedis()
  },
}

async function killApp(name: Parameters<TestFleet['restart']>[0]): Promise<void> {
  await fleet.app(name).kill()
  await fleet.restart(name)
}

/** In an order that chance gives. */
function shuffled<T>(all: readonly T[]): T[] {
  const left = [...all]
  return all.flatMap(() => left.splice(chance.between(0, left.length - 1), 1))
}

describe('nobody is lost and nobody is made twice', () => {
  test('when every kind of process is killed once, in an order and at moments that chance chooses', async () => {
    const order = shuffled(Object.keys(victims))
    const answered = await sendMeanwhile(
      async () => {
        for (const name of order) {
          await pause(chance.between(100, 600))
          await victims[name]?.()
        }
      },
      () => post(chance.between(1, 4)),
    )
    expect(answered.length).toBeGreaterThan(order.length)
    await expectCleanEnd()
  })

  test('when the API is killed while it accepts, and senders are killed while they send', async () => {
    const answered = await sendMeanwhile(
      async () => {
        for (let kills = 0; kills < 4; kills += 1) {
          await pause(chance.between(300, 900))
          await killApp('api')
        }
      },
      () => (chance.between(0, 1) === 0 ? post(chance.between(1, MOST_PER_POST)) : post(MOST_PER_POST, chance.between(1, 30))),
    )
    expect(answered.filter(({ tries }) => tries > 1).length).toBeGreaterThan(0)
    await expectCleanEnd()
  })

  test('when the worker of one and the same job is killed twice, and no try is counted for it', async () => {
    const first = await holdNext({ method: 'POST', pathPattern: '/education/users' }, 'commitThenSlow')
    const { uuids } = await post(1)
    const [uuid = ''] = uuids
    await first()
    await fleet.app('worker-create').kill()
    // Whoever takes the job over, perhaps before it calls itself ready, looks for the account before it makes one.
    const second = await holdNext({ method: 'GET', pathPattern: '/education/users**' }, 'slow')
    await fleet.restart('worker-create')
    await second()
    await killApp('worker-create')
    await expectCleanEnd()

    expect((await fleet.database.ledger.find(uuid))?.result).toMatchObject({ AWAITING_USER_CREATE: { adopted: true } })
    const history = await fleet.database.ledger.history(uuid)
    expect(history.map(({ version, attempt, status }) => [version, attempt, status]).filter(([, attempt]) => attempt !== 0)).toEqual([])
    expect(await deaths(`${uuid}-2`)).toBe(2)
  })
})

/** Lets the next matching request take long, and answers once it does. */
async function holdNext(match: object, kind: 'slow' | 'commitThenSlow'): Promise<() => Promise<void>> {
  await fleet.simulatorLevers.delete('/counters')
  await fleet.simulatorLevers.post('/faults', { match, fault: { kind, ms: UNTIL_KILLED_MS }, times: 1 })
  const fired = () => fleet.simulatorLevers.get<{ byFault: Readonly<Record<string, number>> }>('/counters')
  return () => waitUntil(`the fault ${kind} has fired`, async () => (await fired()).byFault[kind] === 1, { everyMs: 20 })
}

/** How often the worker of a job was lost, as the queue counts it. */
async function deaths(jobId: string): Promise<number> {
  const key = queueKey({ namespace: 'rollcall', queue: 'account-create.AWAITING_USER_CREATE', part: jobId })
  return Number(await withRedis(fleet, (redis) => redis.hget(key, 'stc')))
}
