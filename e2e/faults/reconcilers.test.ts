// Two reconcilers. A lease keeps them apart, but one that stalls, or whose lease runs out for another reason, walks on beside its successor: whatever
// they do together must be what one of them would have done alone.
import { setTimeout as pause } from 'node:timers/promises'
import { RECONCILE_LEASE } from '@rollcall/engine'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { audit, CLEAN } from '../support/audit.ts'
import { createChance } from '../support/chance.ts'
import { students } from '../support/people.ts'
import { postStudents } from '../support/post-students.ts'
import { startTestFleet, type TestFleet } from '../support/start-test-fleet.ts'
import { countEnded, untilEnded } from '../support/until-ended.ts'
import { waitUntil } from '../support/wait-until.ts'
import { withRedis } from '../support/with-redis.ts'

const LOAD = 300
const FLUSHES = 5
const lease = { name: RECONCILE_LEASE }
/** A lease lives for 15 s, and the reconcilers of these tests look ten times a second. */
const TAKES_OVER_WITHIN_MS = 30_000

let fleet: TestFleet
const accepted: string[] = []
beforeAll(async () => {
  fleet = await startTestFleet({ RECONCILE_EVERY_MS: '100' })
  await fleet.start('worker-sync', { as: 'worker-sync-2' })
})
afterAll(() => fleet.end())

async function post(count: number): Promise<void> {
  accepted.push(...(await postStudents(fleet.upstream, students(count, accepted.length))))
}

async function flush(): Promise<void> {
  await withRedis(fleet, (redis) => redis.flushall())
}

async function expectCleanEnd(withinMs?: number): Promise<void> {
  await untilEnded(fleet.database, { count: accepted.length, ...(withinMs !== undefined && { withinMs }) })
  expect(await audit({ accepted, database: fleet.database, simulator: fleet.simulatorLevers, redis: fleet.redisUrl })).toEqual(CLEAN)
}

/** The process that holds the lease just now, by the name that it has in this fleet. */
async function holder(): Promise<string> {
  const held = await fleet.database.prisma.lease.findUnique({ where: lease })
  const names = ['worker-sync', 'worker-sync-2'].filter((name) => held?.holder.includes(`-${fleet.app(name).pid}-`))
  const [name] = names
  if (!name) throw new Error('Nobody holds the lease.')
  return name
}

test('two reconcilers that both believe to be the only one restore what was flushed, again and again, and nobody is made twice', async () => {
  const chance = createChance()
  const walkers = new Set<string>()
  let isOver = false
  // Nobody keeps the lease for longer than a moment: both walk whenever they like.
  const taking = (async () => {
    while (!isOver) {
      for (const held of await fleet.database.prisma.lease.findMany({ where: lease })) walkers.add(held.holder)
      await fleet.database.prisma.lease.deleteMany({ where: lease })
      await pause(5)
    }
  })()
  try {
    await post(LOAD)
    for (let time = 1; time <= FLUSHES; time++) {
      await pause(chance.between(0, 400))
      await flush()
    }
    await untilEnded(fleet.database, { count: accepted.length })
  } finally {
    isOver = true
    await taking
  }
  await expectCleanEnd()
  expect(walkers.size).toBe(2)
})

test('when the one with the lease is killed right after a flush, the other takes over as soon as the lease has run out', async () => {
  await waitUntil('one of them has the lease', async () => (await fleet.database.prisma.lease.count({ where: lease })) === 1)
  const before = await countEnded(fleet.database)
  await post(LOAD)
  await waitUntil('a tenth is done', async () => (await countEnded(fleet.database)) >= before + LOAD / 10)
  const killed = await holder()
  await Promise.all([flush(), fleet.app(killed).kill()])
  await waitUntil('the other one has the lease', async () => (await holder().catch(() => killed)) !== killed, {
    withinMs: TAKES_OVER_WITHIN_MS,
  })
  await expectCleanEnd(45_000)
})
