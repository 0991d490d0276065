import { randomBytes } from 'node:crypto'
import type { VirtualClock } from '@rollcall/engine/testing'
import { createLogger, createWebhook } from '@rollcall/platform'
import { RegistrationPush } from '@rollcall/registrations'
import { Registry } from 'prom-client'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type PushReceiver, startPushReceiver } from '../test-support/start-push-receiver.ts'
import { startTestService, type TestService } from '../test-support/start-test-service.ts'
import { createPusher, type PusherDeps } from './create-pusher.ts'
import { createPushMetrics } from './push-metrics.ts'

const SECRET = `whsec_${randomBytes(32).toString('base64')}`
const SECOND = 1_000
const HOUR = 3_600 * SECOND

let service: TestService
let receiver: PushReceiver
let clock: VirtualClock
let lines: string[]
beforeEach(async () => {
  // Receivers compare the signature's time with their own clock: it moves with ours.
  vi.useFakeTimers({ toFake: ['Date'] })
  clock = { now: Date.now, moveTo: (at) => void vi.setSystemTime(at) }
  service = await startTestService({ clock })
  receiver = await startPushReceiver({ secret: SECRET })
  lines = []
})
afterEach(async () => {
  await service.close()
  vi.useRealTimers()
})

function pusher(deps: Partial<PusherDeps> = {}): () => Promise<void> {
  return createPusher({
    events: service.database.registrationEvents,
    webhook: createWebhook({ url: receiver.url, secret: SECRET }),
    clock,
    random: () => 1,
    logger: createLogger({ app: 'test', level: 'trace', destination: { write: (line) => void lines.push(line) } }),
    metrics: createPushMetrics(new Registry()),
    isDropping: () => false,
    ending: new AbortController().signal,
    ...deps,
  })
}

/** Registers an organisation and changes its status, one after the other. */
async function registered(...statuses: readonly string[]): Promise<string> {
  const { registrationId } = await service.register()
  for (const [index, status] of statuses.entries()) {
    const answer = await service.patch(`/api/registrations/${registrationId}`, { status, version: index + 1 })
    expect(answer.status).toBe(200)
  }
  return registrationId
}

function versions(): number[] {
  return receiver.received.map(({ version }) => version)
}

async function pending(): Promise<number> {
  return service.database.registrationEvents.countPending()
}

describe('a change', () => {
  test('is pushed once, signed, with all but the organisation’s name', async () => {
    const registrationId = await registered()
    const push = pusher()
    await push()
    await push()
    expect([receiver.received.length, receiver.forged(), await pending()]).toEqual([1, 0, 0])
    const { body } = receiver.received[0] ?? {}
    expect(RegistrationPush.parse(body)).toEqual(body)
    expect(body).toMatchObject({ type: 'registration.changed', data: { registrationId, status: 'submitted', version: 1 } })
    expect(JSON.stringify(body) + lines.join()).not.toContain('Hill Farm')
  })

  test('is not believed under another secret', async () => {
    await registered()
    const secret = `whsec_${randomBytes(32).toString('base64')}`
    await pusher({ webhook: createWebhook({ url: receiver.url, secret }) })()
    expect([receiver.received.length, receiver.forged(), await pending()]).toEqual([0, 1, 1])
  })

  test('of one registration comes after those before it; others do not wait for it', async () => {
    const stuck = await registered('under_review', 'approved')
    const other = await registered('approved')
    receiver.answer = ({ registrationId }) => (registrationId === stuck ? 503 : 202)
    const push = pusher()
    await push()
    expect(versions().toSorted()).toEqual([1, 1, 2])
    receiver.answer = null
    clock.moveTo(clock.now() + SECOND)
    await push()
    const of = (id: string) => receiver.received.filter(({ registrationId }) => registrationId === id).map(({ version }) => version)
    expect([of(stuck), of(other), await pending()]).toEqual([[1, 1, 2, 3], [1, 2], 0])
  })

  test('that is not taken is measured by its age, until it is', async () => {
    await registered()
    const metrics = createPushMetrics(new Registry())
    const push = pusher({ metrics })
    const oldest = async () => (await metrics.oldestSeconds.get()).values[0]?.value
    receiver.answer = () => 503
    await push()
    clock.moveTo(clock.now() + 900 * SECOND)
    await push()
    expect(await oldest()).toBe(900)
    receiver.answer = null
    clock.moveTo(clock.now() + HOUR)
    await push()
    expect(await oldest()).toBe(0)
  })

  test('counts as delivered where the receiver has had it before', async () => {
    await registered()
    receiver.answer = () => 409
    await pusher()()
    expect(await pending()).toBe(0)
  })

  test.each([301, 400, 401, 404, 410, 500])('is tried again after %i', async (status) => {
    await registered()
    receiver.answer = () => status
    await pusher()()
    const event = await service.database.prisma.registrationEvent.findFirst()
    expect(event).toMatchObject({
      attempts: 1,
      deliveredAt: null,
      lastError: `It answered ${status}.`,
      nextTryAt: new Date(clock.now() + SECOND),
    })
    expect(receiver.received).toHaveLength(1)
    expect(lines.join()).toContain(`"failure":"It answered ${status}."`)
  })

  test('is tried again where nobody listens, and is signed anew for every try', async () => {
    await registered()
    const away = receiver
    const webhook = createWebhook({ url: away.url, secret: SECRET })
    away.close()
    await pusher({ webhook })()
    expect(await service.database.prisma.registrationEvent.findFirst()).toMatchObject({
      lastError: 'It could not be reached (ECONNREFUSED).',
      attempts: 1,
    })
    receiver = await startPushReceiver({ secret: SECRET })
    clock.moveTo(clock.now() + 2 * SECOND)
    await pusher()()
    expect(receiver.received[0]?.timestamp).toBe(Math.floor(clock.now() / SECOND))
  })

  test.each([400, 413, 422])('that is answered with %i time after time is given up soon; the later ones come through', async (status) => {
    const odd = await registered('approved')
    receiver.answer = ({ registrationId, version }) => (registrationId === odd && version === 1 ? status : 202)
    const metrics = createPushMetrics(new Registry())
    const push = pusher({ metrics })
    for (let second = 0; second < 20; second += 1) {
      await push()
      clock.moveTo(clock.now() + SECOND)
    }
    expect(versions()).toEqual([1, 1, 1, 1, 1, 2])
    expect(await pending()).toBe(0)
    expect(lines.join()).toContain('a change was never told of: the receiver does not take it')
    expect((await metrics.pushes.get()).values).toContainEqual({ labels: { outcome: 'given_up' }, value: 1 })
  })

  test('is told of when the receiver asked for it, and nothing is told of before', async () => {
    await registered()
    receiver.answer = () => 429
    receiver.retryAfter = 120
    const push = pusher()
    await push()
    await registered('approved')
    receiver.answer = null
    clock.moveTo(clock.now() + 119 * SECOND)
    await push()
    expect(versions()).toEqual([1])
    clock.moveTo(clock.now() + SECOND)
    await push()
    expect([versions().toSorted(), await pending()]).toEqual([[1, 1, 1, 2], 0])
  })

  test('is lost where pushes are to be dropped', async () => {
    await registered()
    await pusher({ isDropping: () => true })()
    expect([receiver.received, await pending()]).toEqual([[], 0])
  })
})

describe('a process that dies', () => {
  test('between the commit and the delivery: the change is delivered by the next one', async () => {
    await registered('approved')
    expect(await pending()).toBe(2)
    await pusher()()
    expect(versions()).toEqual([1, 2])
  })

  test('between the delivery and its note: the change is delivered once more, under the same id, and the receiver knows it', async () => {
    const registrationId = await registered('approved')
    const { registrationEvents } = service.database
    const dead = { ...registrationEvents, markDelivered: () => Promise.reject(new Error('killed')) }
    await expect(pusher({ events: dead })()).rejects.toThrow('killed')
    expect(versions()).toEqual([1])

    const push = pusher()
    await push()
    expect(versions()).toEqual([1])
    clock.moveTo(clock.now() + 30 * SECOND)
    await push()
    expect(versions()).toEqual([1, 1, 2])
    expect(receiver.received.every((one) => one.registrationId === registrationId)).toBe(true)
    expect(receiver.received[1]?.webhookId).toBe(receiver.received[0]?.webhookId)
    expect(await pending()).toBe(0)
  })

  test('in good order hands back what it has in hand', async () => {
    await registered()
    const ending = new AbortController()
    receiver.answer = () => {
      ending.abort()
      return null
    }
    await pusher({ ending: ending.signal })()
    expect(await service.database.prisma.registrationEvent.findFirst()).toMatchObject({
      lastError: 'cut short',
      nextTryAt: new Date(clock.now()),
    })
    receiver.answer = null
    await pusher()()
    expect(await pending()).toBe(0)
  })
})

test('several processes at once deliver everything once', async () => {
  for (let count = 0; count < 10; count += 1) await registered('approved')
  const pushers = [pusher(), pusher(), pusher()]
  for (let round = 0; round < 3; round += 1) await Promise.all(pushers.map((push) => push()))
  const ids = receiver.received.map(({ webhookId }) => webhookId)
  expect([ids.length, new Set(ids).size, await pending()]).toEqual([20, 20, 0])
})

test('a receiver that is away for three days is told no more of what is older; the later changes come through', async () => {
  const registrationId = await registered()
  receiver.answer = () => 503
  const push = pusher()
  const tries: number[] = []
  for (let at = clock.now(); (await pending()) > 0; clock.moveTo(at)) {
    tries.push(at)
    await push()
    const event = await service.database.prisma.registrationEvent.findFirst()
    at = event?.nextTryAt?.getTime() ?? clock.now()
  }
  const pausesInSeconds = tries.slice(1).map((at, index) => (at - Number(tries[index])) / SECOND)
  expect(pausesInSeconds.slice(0, 13)).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024, 2_048, 3_600])
  expect(Math.max(...pausesInSeconds)).toBe(3_600)
  expect(clock.now() - Number(tries[0])).toBeGreaterThanOrEqual(72 * HOUR)
  expect(clock.now() - Number(tries[0])).toBeLessThan(74 * HOUR)
  expect(lines.join()).toContain('a change was never told of')

  receiver.answer = null
  await service.patch(`/api/registrations/${registrationId}`, { status: 'approved', version: 1 })
  await push()
  expect(await pending()).toBe(0)
})
