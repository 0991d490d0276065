import { Queue } from 'bullmq'
import { expect, onTestFinished, test } from 'vitest'
import { queueKey, queuePrefix } from '../bullmq/queue-settings.ts'
import { cleaningAt, createCleaningWorld, hourlyCleaning } from '../test-support/cleaning.ts'
import { connectTo, eventually, everythingIn, newNamespace, ready, testRedis } from '../test-support/real-redis.ts'
import { disableSchedule, editSchedule } from './edit-schedule.ts'
import { createFireDue } from './fire-due.ts'
import { BELL_QUEUE, createScheduleBells, listenToBells } from './schedule-bells.ts'

const redis = testRedis()
const anna = { name: 'hourlyCleaning', actor: 'anna', reason: 'x' }
const definitions = [hourlyCleaning, cleaningAt({ name: 'daily', cron: '0 2 * * SUN,7', timeZone: 'Europe/Sofia' })]

async function arrange() {
  const namespace = newNamespace()
  const connection = await ready(connectTo(redis))
  const world = await createCleaningWorld({ definitions })
  const bells = createScheduleBells({ connection, namespace })
  const queue = new Queue(BELL_QUEUE, { connection, prefix: queuePrefix(namespace, BELL_QUEUE) })
  queue.on('error', () => undefined)
  onTestFinished(async () => {
    await bells.close()
    await queue.close()
  })
  const names = new Set(definitions.map(({ name }) => name))
  const hang = async ({ known = names }: { readonly known?: ReadonlySet<string> } = {}) =>
    bells.hang({ schedules: await world.schedules.list(), known, now: Date.now() })
  const hanging = async () => (await queue.getJobSchedulers(0, -1, true)).map(({ key, pattern, tz }) => ({ key, pattern, tz }))
  return { ...world, namespace, connection, queue, hang, hanging }
}

/** Lets the bells of a queue ring that wait for their time. */
async function ringAll(queue: Queue): Promise<void> {
  for (const job of await queue.getDelayed()) await job.promote()
}

function listen({ namespace, onRing }: { namespace: string; onRing: () => Promise<unknown> }) {
  const errors: Error[] = []
  const listener = listenToBells({ connection: connectTo(redis, 'worker'), namespace, onRing, onError: (error) => errors.push(error) })
  onTestFinished(() => listener.close())
  return { errors, listener }
}

test('bells hang for every schedule that is on, and follow every change', async () => {
  const { deps, hang, hanging } = await arrange()
  expect(await hang()).toBe(2)
  expect((await hanging()).toSorted((a, b) => (a.key < b.key ? -1 : 1))).toEqual([
    { key: 'daily', pattern: '0 2 * * SUN,7', tz: 'Europe/Sofia' },
    { key: 'hourlyCleaning', pattern: '0 * * * *', tz: 'UTC' },
  ])
  expect(await hang()).toBe(0)

  await editSchedule({ ...anna, expectedVersion: 1, changes: { cron: '*/20 8 * * *' } }, deps)
  await disableSchedule({ ...anna, name: 'daily' }, deps)
  expect(await hang()).toBe(2)
  expect(await hanging()).toEqual([{ key: 'hourlyCleaning', pattern: '*/20 8 * * *', tz: 'UTC' }])
})

test('bells that a flush of Redis took are hung again', async () => {
  const { connection, hang, hanging, queue } = await arrange()
  await hang()
  await connection.flushall()
  expect(await hanging()).toEqual([])
  expect(await hang()).toBe(2)
  expect(await queue.getDelayedCount()).toBe(2)
})

test('a bell that should have rung long ago and hangs on nothing is hung anew, and no other one', async () => {
  const { connection, hang, namespace, queue } = await arrange()
  await hang()
  const nextOf = async (name: string) => (await queue.getJobScheduler(name))?.next
  const [lost, daily] = [await nextOf('hourlyCleaning'), await nextOf('daily')]
  const keyOf = (part: string) => queueKey({ namespace, queue: BELL_QUEUE, part })
  const ring = `repeat:hourlyCleaning:${lost}`
  expect(await connection.zrem(keyOf('delayed'), ring)).toBe(1)
  await connection.del(keyOf(ring))
  await connection.zadd(keyOf('repeat'), Date.now() - 120_000, 'hourlyCleaning')

  expect(await hang()).toBe(1)
  expect(await queue.getDelayedCount()).toBe(2)
  expect(await nextOf('hourlyCleaning')).toBeGreaterThan(Date.now())
  expect(await nextOf('daily')).toBe(daily)
  expect(await hang()).toBe(0)
})

test('a release leaves the bells of others alone, and takes down those that are off or of no schedule', async () => {
  const { connection, deps, hang, hanging, namespace, schedule } = await arrange()
  await hang()
  const older = new Set(['hourlyCleaning'])
  expect(await hang({ known: older })).toBe(0)
  await connection.flushall()
  expect(await hang({ known: older })).toBe(1)
  await hang()

  const stranger = createScheduleBells({ connection, namespace })
  onTestFinished(() => stranger.close())
  const schedules = [{ ...(await schedule()), name: 'of-no-row' }, ...(await deps.schedules.list())]
  await stranger.hang({ schedules, known: new Set(['of-no-row']), now: Date.now() })
  expect((await hanging()).map(({ key }) => key).toSorted()).toEqual(['daily', 'hourlyCleaning', 'of-no-row'])
  await disableSchedule({ ...anna, name: 'daily' }, deps)
  expect(await hang({ known: older })).toBe(2)
  expect((await hanging()).map(({ key }) => key)).toEqual(['hourlyCleaning'])
})

test('a bell that cannot be hung keeps no other from it', async () => {
  const { deps, hang, hanging, schedule } = await arrange()
  const daily = await schedule('daily')
  const audit = { id: 'a', at: 1, actor: 'x', action: 'x', targetType: 'schedule', targetId: 'daily', reason: 'x', details: {} }
  const cron = { value: 'of another release', source: 'default' } as const
  await deps.schedules.edit({ ...daily, cron, expectedVersion: daily.version, at: 1, audit })
  await expect(hang()).rejects.toThrow('cron: expected five fields')
  expect((await hanging()).map(({ key }) => key)).toEqual(['hourlyCleaning'])
})

test('a bell carries the name of its schedule and nothing else', async () => {
  const { connection, deps, hang, namespace, queue } = await arrange()
  await editSchedule({ ...anna, expectedVersion: 1, changes: { rooms: 17 }, reason: 'Novak is away.' }, deps)
  await hang()
  expect((await queue.getDelayed()).map(({ data }) => data)).toContainEqual({ name: 'hourlyCleaning' })
  const held = await everythingIn(connection)
  expect(held).toContain(namespace)
  for (const secret of ['Novak', 'anna', 'rooms']) expect(held).not.toContain(secret)
})

test('every ring is heard by one of those who listen, serves what is due, and hangs the next', async () => {
  const { clock, deps, hang, ledger, namespace, queue, ticks } = await arrange()
  await hang()
  const served: unknown[] = []
  const fireDue = createFireDue(deps)
  for (let count = 0; count < 3; count += 1) listen({ namespace, onRing: async () => served.push(...(await fireDue())) })
  clock.moveTo(clock.now() + 3_600_000)
  await ringAll(queue)
  await eventually(() => (served.length === 1 ? true : undefined), { what: 'the tick' })
  expect(await ticks()).toHaveLength(1)
  expect(ledger.runs()).toHaveLength(1)
  await eventually(async () => ((await queue.getDelayedCount()) === 2 ? true : undefined), { what: 'the next rings' })
})

test('bells heard by several processes whose looks run beside them make one tick of each due time', async () => {
  const { clock, deps, endRuns, hang, ledger, namespace, queue, ticks } = await arrange()
  await hang()
  let rings = 0
  const processes = Array.from({ length: 3 }, () => createFireDue(deps))
  for (const fireDue of processes)
    listen({
      namespace,
      onRing: async () => {
        rings += 1
        await fireDue()
      },
    })
  for (let hour = 1; hour <= 4; hour += 1) {
    clock.moveTo(clock.now() + 3_600_000)
    const heard = rings
    await ringAll(queue)
    await Promise.all(processes.map((fireDue) => fireDue()))
    await eventually(() => (rings >= heard + 2 ? true : undefined), { what: 'both bells' })
    await eventually(async () => ((await queue.getDelayedCount()) === 2 ? true : undefined), { what: 'the next rings' })
    await endRuns()
  }
  expect(await ticks()).toHaveLength(4)
  expect(ledger.runs()).toHaveLength(4)
})

test('what a ring could not serve is told, and shows no words of it in Redis', async () => {
  const { connection, hang, namespace, queue } = await arrange()
  await hang()
  const { errors } = listen({ namespace, onRing: async () => Promise.reject(new Error('Login failed for Novak')) })
  await ringAll(queue)
  await eventually(() => (errors.length === 2 ? true : undefined), { what: 'two errors' })
  expect(await everythingIn(connection)).not.toContain('Novak')
})

test('with Redis away hanging fails fast, and those who listen hear again when it is back', async () => {
  const { connection, hang, namespace, queue } = await arrange()
  let rings = 0
  const { listener } = listen({
    namespace,
    onRing: async () => {
      rings += 1
    },
  })
  await hang()
  await redis.kill()
  await eventually(() => (connection.status === 'ready' ? undefined : true))
  await expect(hang()).rejects.toThrow()
  await redis.restart()
  await ready(connection)
  expect(await hang()).toBe(2)
  await ringAll(queue)
  await eventually(() => (rings === 2 ? true : undefined), { what: 'both bells', withinMs: 15_000 })
  await listener.close()
})
