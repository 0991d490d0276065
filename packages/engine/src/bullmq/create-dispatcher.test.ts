import { setTimeout as elapsed } from 'node:timers/promises'
import { type Job, Worker } from 'bullmq'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { StateJob } from '../dispatcher.ts'
import { connectTo, eventually, newNamespace, ready, testRedis } from '../test-support/real-redis.ts'
import { shopping, sweeping } from '../test-support/shopping.ts'
import { createDispatcher } from './create-dispatcher.ts'
import { queuePrefix } from './queue-settings.ts'

const redis = testRedis()
const ORDER = 'shopping.ORDER'

async function arrange() {
  const namespace = newNamespace()
  const connection = await ready(connectTo(redis))
  const dispatcher = createDispatcher({ connection, namespace, processes: [shopping, sweeping] })
  const queue = dispatcher.queues.get(ORDER)
  if (!queue) throw new Error('The test expected the queue of ORDER.')
  return { namespace, connection, dispatcher, queue }
}

function aJob(changes: Partial<StateJob> = {}): StateJob {
  return { process: 'shopping', state: 'ORDER', uuid: 'u1', version: 2, priority: 1_001, delayMs: 0, ...changes }
}

/** Ends a queue's jobs one by one: those whose uuid says so fail. */
async function endJobs({ namespace, jobs }: { readonly namespace: string; readonly jobs: number }): Promise<void> {
  let ended = 0
  const { promise, resolve } = Promise.withResolvers<void>()
  const worker = new Worker(
    ORDER,
    async (job: Job<{ uuid: string }>) => {
      if (job.data.uuid.startsWith('bad')) throw new Error('failed')
    },
    { connection: connectTo(redis, 'worker'), prefix: queuePrefix(namespace, ORDER) },
  )
  const count = () => {
    ended += 1
    if (ended === jobs) resolve()
  }
  worker.on('completed', count)
  worker.on('failed', count)
  await promise
  await worker.close()
}

/** The release in which ORDER was called PLACE_ORDER. */
async function earlierRelease(namespace: string) {
  const process = { ...shopping, states: { ...shopping.states, PLACE_ORDER: shopping.states.ORDER }, renamed: {} }
  return createDispatcher({ connection: await ready(connectTo(redis)), namespace, processes: [process] })
}

test('there is a queue for every state of every process', async () => {
  const { dispatcher } = await arrange()
  expect([...dispatcher.queues.keys()]).toEqual([...Object.keys(shopping.states).map((state) => `shopping.${state}`), 'sweeping.SWEEP'])
})

describe('enqueue', () => {
  test('adds jobs that carry ids and nothing else, each to the queue of its state, with its priority and its delay', async () => {
    const { dispatcher, queue } = await arrange()
    await dispatcher.enqueue([
      aJob(),
      aJob({ uuid: 'u2', delayMs: 900.4 }),
      aJob({ uuid: 'u3', process: 'sweeping', state: 'SWEEP', version: 1 }),
    ])
    const [now, later] = await Promise.all(['u1-2', 'u2-2'].map((id) => queue.getJob(id)))
    expect(now).toMatchObject({ name: 'ORDER', data: { uuid: 'u1', version: 2 }, priority: 1_001, opts: { attempts: 1 } })
    expect(await now?.getState()).toBe('prioritized')
    expect(later).toMatchObject({ delay: 901, priority: 1_001 })
    expect(await later?.getState()).toBe('delayed')
    expect(await dispatcher.queues.get('sweeping.SWEEP')?.getJob('u3-1')).toMatchObject({ data: { uuid: 'u3', version: 1 } })
  })

  test('leaves a job that exists as it is', async () => {
    const { dispatcher, queue } = await arrange()
    await dispatcher.enqueue([aJob({ delayMs: 60_000 })])
    await dispatcher.enqueue([aJob(), aJob({ version: 3 })])
    expect(await queue.getJobCounts('delayed', 'prioritized')).toEqual({ delayed: 1, prioritized: 1 })
  })

  test('lets a lower priority go first, and equal ones in the order in which they came', async () => {
    const { dispatcher, queue } = await arrange()
    await dispatcher.enqueue([aJob({ uuid: 'c', priority: 5 }), aJob({ uuid: 'b', priority: 1 }), aJob({ uuid: 'a', priority: 5 })])
    expect((await queue.getJobs('prioritized', 0, -1, true)).map(({ data }) => data.uuid)).toEqual(['b', 'c', 'a'])
  })

  test('of a queue that does not exist keeps no other queue waiting, and tells of it', async () => {
    const { dispatcher, queue } = await arrange()
    const jobs = [aJob({ state: 'GONE' }), aJob()]
    await expect(dispatcher.enqueue(jobs)).rejects.toThrowErrorMatchingInlineSnapshot(
      `[Error: No process of this fleet has the queue shopping.GONE.]`,
    )
    expect(await queue.count()).toBe(1)
  })

  test('of nothing does nothing', async () => {
    const { dispatcher } = await arrange()
    await dispatcher.enqueue([])
    expect(await dispatcher.restore([])).toBe(0)
  })
})

describe('restore', () => {
  test('adds what is missing, and says that it may have been begun', async () => {
    const { dispatcher, queue } = await arrange()
    expect(await dispatcher.restore([aJob({ again: true, delayMs: 5_000 })])).toBe(1)
    expect(await queue.getJob('u1-2')).toMatchObject({ data: { uuid: 'u1', version: 2, again: true }, delay: 5_000 })
  })

  test('leaves what waits, is delayed, or is being worked', async () => {
    const { dispatcher, namespace, queue } = await arrange()
    const { promise: working, resolve } = Promise.withResolvers<void>()
    const { promise: finish, resolve: release } = Promise.withResolvers<void>()
    const worker = new Worker(
      ORDER,
      async () => {
        resolve()
        await finish
      },
      { connection: connectTo(redis, 'worker'), prefix: queuePrefix(namespace, ORDER), concurrency: 1 },
    )
    onTestFinished(() => worker.close())
    await dispatcher.enqueue([aJob({ uuid: 'active' })])
    await working
    const others = [aJob({ uuid: 'waits' }), aJob({ uuid: 'delayed', delayMs: 60_000 })]
    await dispatcher.enqueue(others)
    expect(await dispatcher.restore([aJob({ uuid: 'active' }), ...others])).toBe(0)
    expect(await queue.getJobCounts('active', 'prioritized', 'delayed')).toEqual({ active: 1, prioritized: 1, delayed: 1 })
    release()
  })

  test('revives jobs that ended although the ledger still waits for them, failed or completed', async () => {
    const { dispatcher, namespace, queue } = await arrange()
    const jobs = [aJob({ uuid: 'good' }), aJob({ uuid: 'bad' })]
    await dispatcher.enqueue(jobs)
    await endJobs({ namespace, jobs: 2 })
    expect(await queue.getJobCounts('completed', 'failed')).toEqual({ completed: 1, failed: 1 })
    await dispatcher.enqueue(jobs)
    expect(await queue.count()).toBe(0)
    expect(await dispatcher.restore(jobs)).toBe(2)
    expect(await queue.getJobCounts('completed', 'failed', 'prioritized')).toEqual({ completed: 0, failed: 0, prioritized: 2 })
    const [revived] = await queue.getJobs('prioritized')
    expect(revived).toMatchObject({ attemptsStarted: 0, stalledCounter: 0 })
    await endJobs({ namespace, jobs: 2 })
  })

  test('done by two reconcilers at once adds each job once', async () => {
    const { dispatcher, queue } = await arrange()
    const jobs = Array.from({ length: 50 }, (_, index) => aJob({ uuid: `u${index}` }))
    await Promise.all([dispatcher.restore(jobs), dispatcher.restore(jobs)])
    expect(await queue.count()).toBe(50)
  })

  test('restores the other queues although one of them cannot be', async () => {
    const { connection, dispatcher, namespace, queue } = await arrange()
    // Somebody has written over the queue's own structure.
    await connection.set(`${queuePrefix(namespace, 'sweeping.SWEEP')}:sweeping.SWEEP:completed`, 'x')
    const broken = aJob({ process: 'sweeping', state: 'SWEEP', version: 1 })
    await expect(dispatcher.restore([broken, aJob()])).rejects.toThrow('WRONGTYPE')
    expect(await queue.count()).toBe(1)
  })

  test('leaves what the release before put into the queue of a name that the state had then', async () => {
    const { dispatcher, namespace, queue } = await arrange()
    const earlier = await earlierRelease(namespace)
    await earlier.enqueue([aJob({ state: 'PLACE_ORDER' }), aJob({ state: 'PLACE_ORDER', uuid: 'later', delayMs: 60_000 })])
    expect(await dispatcher.restore([aJob(), aJob({ uuid: 'later' }), aJob({ uuid: 'lost' })])).toBe(1)
    expect(await queue.getJobCounts('prioritized', 'delayed')).toEqual({ prioritized: 1, delayed: 0 })
    expect([...dispatcher.queues.keys()]).not.toContain('shopping.PLACE_ORDER')

    await dispatcher.wake({ process: 'shopping', state: 'PLACE_ORDER', uuid: 'later', version: 2 })
    expect(await earlier.queues.get('shopping.PLACE_ORDER')?.getJobCounts('prioritized', 'delayed')).toEqual({ prioritized: 2, delayed: 0 })
  })
})

describe('wake', () => {
  test('lets a delayed job run now, and disturbs no other', async () => {
    const { dispatcher, queue } = await arrange()
    await dispatcher.enqueue([aJob({ delayMs: 60_000 }), aJob({ uuid: 'other', delayMs: 60_000 }), aJob({ uuid: 'waits' })])
    for (const uuid of ['u1', 'waits', 'nobody']) await dispatcher.wake(aJob({ uuid }))
    expect(await queue.getJobCounts('delayed', 'prioritized')).toEqual({ delayed: 1, prioritized: 2 })
  })
})

test('of many who wake a job at once none is told that it could not', async () => {
  const { dispatcher, queue } = await arrange()
  await dispatcher.enqueue([aJob({ delayMs: 60_000 })])
  await Promise.all(Array.from({ length: 10 }, () => dispatcher.wake(aJob())))
  expect(await queue.getJobCounts('delayed', 'prioritized')).toEqual({ delayed: 0, prioritized: 1 })
})

describe('the memory of Redis', () => {
  test('counts as lost until it has been filled, and again after FLUSHALL', async () => {
    const { connection, dispatcher } = await arrange()
    expect(await dispatcher.isForgetful()).toBe(true)
    expect(await dispatcher.remember(await dispatcher.beginRemembering())).toBe(true)
    expect(await dispatcher.isForgetful()).toBe(false)
    await connection.flushall()
    expect(await dispatcher.isForgetful()).toBe(true)
  })

  test('counts as lost where a FLUSHALL came in the middle of filling it', async () => {
    const { connection, dispatcher } = await arrange()
    const note = await dispatcher.beginRemembering()
    await connection.flushall()
    expect(await dispatcher.remember(note)).toBe(false)
    expect(await dispatcher.isForgetful()).toBe(true)
  })
})

describe('with Redis away', () => {
  test('everything fails fast, and works again when it is back', async () => {
    const { connection, dispatcher, queue } = await arrange()
    await dispatcher.enqueue([aJob()])
    await redis.kill()
    await eventually(() => (connection.status === 'ready' ? undefined : true))
    // A timer of this process: a busy machine holds it up as long as what it bounds.
    const late = elapsed(2_000)
    for (const answer of [dispatcher.enqueue([aJob()]), dispatcher.restore([aJob()]), dispatcher.wake(aJob()), dispatcher.isForgetful()]) {
      await expect(Promise.race([answer, late])).rejects.toThrow()
    }
    await redis.restart()
    await ready(connection)
    expect(await dispatcher.restore([aJob()])).toBe(1)
    expect(await queue.count()).toBe(1)
  })
})
