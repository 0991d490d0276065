import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { createFleet } from '../test-support/create-fleet.ts'
import { newNamespace, testRedis } from '../test-support/real-redis.ts'
import { slow, slowHandlers } from '../test-support/slow-process.ts'
import { LOCK_MS, STALLED_CHECK_MS } from './queue-settings.ts'

const redis = testRedis()
const DOOMED = fileURLToPath(new URL('../test-support/doomed-worker.ts', import.meta.url))

test('a worker that is killed in the middle of a job loses it to another, within its lock and a stalled check or two', async () => {
  const namespace = newNamespace()
  const fleet = await createFleet({ redis, namespace, handlers: [slowHandlers(async () => undefined)] })
  const { uuid } = await fleet.begin(slow, { id: '1' })
  const child = spawn(process.execPath, [DOOMED, redis.url, namespace, uuid], { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  const [said] = await once(child.stdout, 'data')
  expect(String(said)).toBe('began\n')

  fleet.workers().start()
  child.kill('SIGKILL')
  await once(child, 'exit')
  const killedAt = performance.now()
  expect(await fleet.ended(uuid)).toMatchObject({ state: 'COMPLETED', attempt: 0 })
  expect(performance.now() - killedAt).toBeLessThan(LOCK_MS + 2 * STALLED_CHECK_MS + 1_000)

  expect(fleet.ledger.history(uuid)).toMatchObject([{ state: 'WAIT', status: 'success', attempt: 0, errorCode: null }])
  expect(await fleet.dispatcher.queues.get('slow.WAIT')?.getJob(`${uuid}-1`)).toMatchObject({ stalledCounter: 1, attemptsStarted: 2 })
})
