// A worker that lives and does nothing is worse than a dead one: nobody restarts it. The canary's run stops in front of it.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { stall } from '../support/stall.ts'
import { startTestFleet, type TestFleet } from '../support/start-test-fleet.ts'
import { waitUntil } from '../support/wait-until.ts'

const A_MINUTE = 60_000

let fleet: TestFleet
beforeAll(async () => {
  fleet = await startTestFleet()
})
afterAll(() => fleet.end())

async function readiness(): Promise<{ readonly status: string; readonly silentWorkers: readonly string[] }> {
  const answer = await fetch(`${fleet.apiUrl}/health/ready`)
  return (await answer.json()) as { status: string; silentWorkers: string[] }
}

test('a silent worker is named within a minute, and forgotten once it works again', async () => {
  await waitUntil('the fleet is ready', async () => (await readiness()).status === 'ready')
  const wake = await stall(fleet, 'worker-poll')
  try {
    await waitUntil('worker-poll is named', async () => (await readiness()).silentWorkers.includes('poll'), { withinMs: A_MINUTE })
    expect(await readiness()).toMatchObject({ status: 'degraded', silentWorkers: ['poll'] })
  } finally {
    wake()
  }
  await waitUntil('the fleet is ready again', async () => (await readiness()).status === 'ready', { withinMs: A_MINUTE })
})
