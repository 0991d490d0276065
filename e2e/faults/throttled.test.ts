// Graph asks to wait, and goes on asking: by its quota, by chance, for every item of a batch, and without saying for how long. Whoever is told to
// wait has not failed; the fleet asks less while it is told so, and all is done once Graph lets it.
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type FollowedStudents, followStudents } from '../support/follow-students.ts'
import { startTestFleet, type TestFleet } from '../support/start-test-fleet.ts'
import { waitUntil } from '../support/wait-until.ts'

const LOAD = 150
const STORM_MS = 8_000
const RETRY_AFTER_S = 2

let fleet: TestFleet
let followed: FollowedStudents
beforeAll(async () => {
  fleet = await startTestFleet()
  followed = followStudents(fleet)
})
afterAll(() => fleet.end())
afterEach(async () => {
  await fleet.simulatorLevers.delete('/faults')
  await fleet.simulatorLevers.post('/throttle', { enabled: false })
})

interface Counters {
  readonly throttled: number
  readonly httpRequests: number
}

interface Storm extends Counters {
  /** Measured: on a busy machine a pause takes longer than it should. */
  readonly lastedMs: number
}

async function storm(fault: object, match: object = {}): Promise<Storm> {
  await fleet.simulatorLevers.delete('/counters')
  await fleet.simulatorLevers.post('/faults', { match, ...fault })
  await followed.ask(LOAD)
  await waitUntil('the storm has begun', async () => (await counters()).throttled > 0, { everyMs: 20 })
  const since = performance.now()
  await pause(STORM_MS)
  const during = await counters()
  const lastedMs = performance.now() - since
  await fleet.simulatorLevers.delete('/faults')
  return { ...during, lastedMs }
}

function counters(): Promise<Counters> {
  return fleet.simulatorLevers.get<Counters>('/counters')
}

describe('nobody fails, nobody is made twice and no try is spent', () => {
  test('when every write is answered 429 for a while, and hardly anybody asks meanwhile', async () => {
    const during = await storm({ fault: { kind: 'throttle429', retryAfterSeconds: RETRY_AFTER_S } }, { method: 'POST' })
    await followed.expectAllCompleted()
    // As often as the line opens again, some are in before the first of them is told to wait.
    expect(during.httpRequests).toBeLessThan((1 + during.lastedMs / 1_000 / RETRY_AFTER_S) * 20)
  })

  test('when every second request of any kind is answered 429', async () => {
    await storm({ fault: { kind: 'throttle429', retryAfterSeconds: 1 }, probability: 0.5 })
    await followed.expectAllCompleted()
  })

  test('when Graph says not to wait at all, and still answers 429', async () => {
    const during = await storm({ fault: { kind: 'throttle429', retryAfterSeconds: 0 } })
    await followed.expectAllCompleted()
    expect(during.httpRequests).toBeLessThan(LOAD)
  })

  test('when the load takes four times the writes that the quota of the tenant allows at once', async () => {
    const students = 75
    await fleet.simulatorLevers.delete('/counters')
    await fleet.simulatorLevers.post('/throttle', { enabled: true, writes: { perWindow: students, windowMs: 2_500 } })
    await followed.ask(students)
    await followed.expectAllCompleted()
    expect((await counters()).throttled).toBeGreaterThan(0)
  })
})
