// Runs that wait for signals, over a real Redis: whoever sends one wakes the job, and whatever Redis loses is put back.
import { expect, test } from 'vitest'
import { systemClock } from '../clock.ts'
import { queueName } from '../dispatcher.ts'
import { cancelRun } from '../operations/cancel-run.ts'
import { sendSignal } from '../operations/send-signal.ts'
import { createReconcile, createStateToday } from '../reconcile.ts'
import { catering, cateringHandlers } from '../test-support/catering.ts'
import { createFleet, type Fleet } from '../test-support/create-fleet.ts'
import { connectTo, eventually, ready, testRedis } from '../test-support/real-redis.ts'
import { createInMemoryClosures } from '../testing/in-memory-closures.ts'
import { createInMemoryGate } from '../testing/in-memory-gate.ts'
import { createInMemoryLeases } from '../testing/in-memory-leases.ts'

const redis = testRedis()
const APPROVAL = { name: 'approval', outcome: 'approved', actor: 'anna', reason: 'The menu is good.' }

async function open() {
  const fleet = await createFleet({ redis, handlers: cateringHandlers() })
  const deps = {
    ...{ ledger: fleet.ledger, signals: fleet.ledger.signals, dispatcher: fleet.dispatcher, processes: [catering], clock: systemClock },
    ...{ newId: () => crypto.randomUUID(), notify: () => undefined },
  }
  return {
    fleet,
    deps,
    send: (uuid: string, key: string, order: Partial<typeof APPROVAL> = {}) => sendSignal({ uuid, key, ...APPROVAL, ...order }, deps),
    trail: (uuid: string) => fleet.ledger.history(uuid).map(({ state, status }) => `${state} ${status}`),
  }
}

/** A run whose job has looked for its signal, and waits for its next look. */
async function begin(fleet: Fleet, feast: string, courses = 1): Promise<string> {
  const { uuid } = await fleet.begin(catering, { feast, courses })
  await waits(fleet, uuid)
  return uuid
}

async function waits({ dispatcher, ledger }: Fleet, uuid: string): Promise<void> {
  await eventually(async () => {
    const { state, version } = ledger.run(uuid)
    const job = await dispatcher.queues.get(queueName({ process: 'catering', state }))?.getJob(`${uuid}-${version}`)
    return (await job?.isDelayed()) ? true : undefined
  })
}

test('a run goes on as soon as its signal is sent, not when it would have looked again', async () => {
  const { fleet, send, trail } = await open()
  fleet.workers().start()
  const uuid = await begin(fleet, 'f1', 2)
  await send(uuid, 'first')
  await eventually(() => (fleet.ledger.run(uuid).version === 4 ? true : undefined))
  await waits(fleet, uuid)
  await send(uuid, 'second')
  await send(uuid, 'truck', { name: 'delivery', outcome: 'whole' })
  expect(await fleet.ended(uuid)).toMatchObject({ state: 'COMPLETED', result: { COOK: { course: 2 } } })
  expect(trail(uuid).filter((line) => line.endsWith('success'))).toEqual([
    ...['PLAN success', 'AWAIT_APPROVAL success', 'COOK success', 'AWAIT_APPROVAL success', 'COOK success', 'AWAIT_DELIVERY success'],
  ])
  expect(fleet.errors).toEqual([])
})

test('of many who answer at once one is heard, by every worker', async () => {
  const { fleet, send, trail } = await open()
  fleet.workers().start()
  fleet.workers().start()
  const uuid = await begin(fleet, 'f1')
  const answers = await Promise.allSettled(Array.from({ length: 10 }, (_, index) => send(uuid, `k${index}`)))
  expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  await eventually(() => (fleet.ledger.run(uuid).state === 'AWAIT_DELIVERY' ? true : undefined))
  expect(trail(uuid).filter((line) => line === 'AWAIT_APPROVAL success')).toHaveLength(1)
})

test('a run that waits is cancelled at once', async () => {
  const { deps, fleet } = await open()
  fleet.workers().start()
  const uuid = await begin(fleet, 'f1')
  await cancelRun({ uuid, actor: 'operator', reason: 'x' }, deps)
  expect(await fleet.ended(uuid)).toMatchObject({ state: 'CANCELLED' })
})

test('after FLUSHALL a signal that was sent meanwhile is found', async () => {
  const { fleet, send } = await open()
  const connection = await ready(connectTo(redis))
  const reconcile = createReconcile({
    ...{ ledger: fleet.ledger, dispatcher: fleet.dispatcher, clock: systemClock, notify: () => undefined, instance: 'test' },
    ...{ leases: createInMemoryLeases(systemClock), closures: createInMemoryClosures(), gate: createInMemoryGate(), resources: [] },
    stateToday: createStateToday([catering]),
  })
  await reconcile()
  fleet.workers().start()
  const uuids = await Promise.all(['f1', 'f2', 'f3'].map((feast) => begin(fleet, feast)))
  await connection.flushall()
  await Promise.all(uuids.map((uuid) => send(uuid, 'k')))
  expect(await reconcile()).toMatchObject({ flushed: true, restored: 3 })
  for (const uuid of uuids) await eventually(() => (fleet.ledger.run(uuid).state === 'AWAIT_DELIVERY' ? true : undefined))
  expect(fleet.errors).toEqual([])
})
