// The whole fleet on Redis as production runs it: a Cluster of three masters, and a master that dies under load while a Sentinel watches it.
import { connectRedis, createLogger } from '@rollcall/platform'
import { type RedisTopology, startRedisCluster, startWatchedRedis } from '@rollcall/platform/testing'
import { Cluster, type Redis } from 'ioredis'
import { afterEach, expect, test } from 'vitest'
import { audit, CLEAN } from '../support/audit.ts'
import { students } from '../support/people.ts'
import { postStudents } from '../support/post-students.ts'
import { startTestFleet, type TestFleet } from '../support/start-test-fleet.ts'
import { countEnded, untilEnded } from '../support/until-ended.ts'
import { waitUntil } from '../support/wait-until.ts'

const LOAD = 200
const LATE = 50

const closers: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close()
})

async function startFleetOn(topology: RedisTopology): Promise<TestFleet> {
  closers.push(() => topology.stop())
  // Told to stop after a failover, a worker may take its whole deadline: BullMQ's blocking connection ends late.
  const fleet = await startTestFleet({ REDIS_URL: topology.url, SHUTDOWN_DEADLINE_MS: '3000' })
  closers.push(() => fleet.end())
  return fleet
}

async function expectCleanEnd({ fleet, redis, accepted }: { fleet: TestFleet; redis: Redis | Cluster; accepted: readonly string[] }) {
  await untilEnded(fleet.database, { count: accepted.length, withinMs: 120_000 })
  expect(await audit({ accepted, database: fleet.database, simulator: fleet.simulatorLevers, redis })).toEqual(CLEAN)
}

async function connected(url: string): Promise<Redis | Cluster> {
  const redis = connectRedis({ url, role: 'worker', logger: createLogger({ app: 'test', level: 'silent' }) })
  closers.push(async () => redis.disconnect())
  await redis.ping()
  return redis
}

test('on a Cluster of three masters everybody is served once, and every master has its part of the queues', async () => {
  const cluster = await startRedisCluster()
  const fleet = await startFleetOn(cluster)
  const accepted = await postStudents(fleet.upstream, students(LOAD))
  const redis = await connected(cluster.url)
  await expectCleanEnd({ fleet, redis, accepted })
  if (!(redis instanceof Cluster)) throw new Error('This is no Cluster.')
  const sizes = await Promise.all(redis.nodes('master').map((node) => node.dbsize()))
  expect(sizes.filter((size) => size > 0)).toHaveLength(3)
})

test('when the master dies under load and Sentinel makes its replica the new one, nobody is lost and nobody is made twice', async () => {
  const watched = await startWatchedRedis()
  const fleet = await startFleetOn(watched)
  const before = await postStudents(fleet.upstream, students(LOAD))
  await waitUntil('a fifth is done', async () => (await countEnded(fleet.database)) >= LOAD / 5, { everyMs: 20 })
  const [, meanwhile] = await Promise.all([watched.failOver(), postStudents(fleet.upstream, students(LATE, LOAD))])
  expect(await countEnded(fleet.database)).toBeLessThan(LOAD + LATE)
  const after = await postStudents(fleet.upstream, students(LATE, LOAD + LATE))
  await expectCleanEnd({ fleet, redis: await connected(watched.url), accepted: [...before, ...meanwhile, ...after] })
})
