import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { createFleet } from '../test-support/create-fleet.ts'
import { connectTo, newNamespace, ready, testRedis } from '../test-support/real-redis.ts'
import { slow, slowHandlers } from '../test-support/slow-process.ts'
import { LOCK_MS, queueKey, STALLED_CHECK_MS } from './queue-settings.ts'
import { takeOver } from './take-over.ts'

const redis = testRedis()
const DOOMED = fileURLToPath(new URL('../test-support/doomed-worker.ts', import.meta.url))

/** Begins to work on the run in a process of its own, which is killed when the test is over. */
async function doomedWorker({ namespace, uuid }: { readonly namespace: string; readonly uuid: string }): Promise<ChildProcess> {
  const child = spawn(process.execPath, [DOOMED, redis.url, namespace, uuid], { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  const [said] = await once(child.stdout, 'data')
  expect(String(said)).toBe('began\n')
  return child
}

test('a worker that is killed in the middle of a job loses it to another, within its lock and a stalled check or two', async () => {
  const namespace = newNamespace()
  const fleet = await createFleet({ redis, namespace, handlers: [slowHandlers(async () => undefined)] })
  const { uuid } = await fleet.begin(slow, { id: '1' })
  const child = await doomedWorker({ namespace, uuid })

  fleet.workers().start()
  child.kill('SIGKILL')
  await once(child, 'exit')
  const killedAt = performance.now()
  expect(await fleet.ended(uuid)).toMatchObject({ state: 'COMPLETED', attempt: 0 })
  expect(performance.now() - killedAt).toBeLessThan(LOCK_MS + 2 * STALLED_CHECK_MS + 1_000)

  expect(fleet.ledger.history(uuid)).toMatchObject([{ state: 'WAIT', status: 'success', attempt: 0, errorCode: null }])
  expect(await fleet.dispatcher.queues.get('slow.WAIT')?.getJob(`${uuid}-1`)).toMatchObject({ stalledCounter: 1, attemptsStarted: 2 })
})

test('whoever starts after the death of a process of the same machine takes its jobs without waiting for their locks', async () => {
  const namespace = newNamespace()
  const fleet = await createFleet({ redis, namespace, handlers: [slowHandlers(async () => undefined)] })
  const { uuid } = await fleet.begin(slow, { id: '1' })
  const child = await doomedWorker({ namespace, uuid })
  child.kill('SIGKILL')
  await once(child, 'exit')

  const startedAt = performance.now()
  fleet.workers().start()
  expect(await fleet.ended(uuid)).toMatchObject({ state: 'COMPLETED', attempt: 0 })
  expect(performance.now() - startedAt).toBeLessThan(2 * STALLED_CHECK_MS)
  expect(await fleet.dispatcher.queues.get('slow.WAIT')?.getJob(`${uuid}-1`)).toMatchObject({ stalledCounter: 1, attemptsStarted: 2 })
  expect(fleet.errors).toEqual([])
})

test('whoever starts beside a living process, or one of which it cannot tell, leaves it its jobs', async () => {
  const namespace = newNamespace()
  const connection = await ready(connectTo(redis))
  const fleet = await createFleet({ redis, namespace, handlers: [slowHandlers(async () => undefined)] })
  const { uuid } = await fleet.begin(slow, { id: '1' })
  const queue = { connection, namespace, queue: 'slow.WAIT' }
  const child = await doomedWorker({ namespace, uuid })
  expect(await takeOver(queue)).toBe(0)

  child.kill('SIGKILL')
  await once(child, 'exit')
  const job = queueKey({ namespace, queue: 'slow.WAIT', part: `${uuid}-1` })
  const holder = await connection.hget(job, 'pb')
  await connection.hset(job, 'pb', `another-boot.${holder?.split('.').slice(1).join('.')}`)
  expect(await takeOver(queue)).toBe(0)
  expect(await connection.exists(`${job}:lock`)).toBe(1)

  await connection.hset(job, 'pb', String(holder))
  expect(await takeOver(queue)).toBe(1)
  expect(await connection.exists(`${job}:lock`)).toBe(0)
})
