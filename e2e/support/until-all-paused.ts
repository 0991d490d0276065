import { WORKERS } from '@rollcall/scripts/fleet'
import type { TestFleet } from './start-test-fleet.ts'
import { waitUntil } from './wait-until.ts'

/** A pause is told to nobody: each worker finds it within a second or so, and takes up work until then. */
export function untilAllPaused(fleet: TestFleet): Promise<void> {
  return waitUntil('every worker has heard of the pause', async () => {
    const heard = await Promise.all(WORKERS.map((worker) => saysPaused(fleet, worker)))
    return heard.every((one) => one)
  })
}

async function saysPaused(fleet: TestFleet, worker: (typeof WORKERS)[number]): Promise<boolean> {
  const answer = await fetch(`http://127.0.0.1:${fleet.settingsOf(worker).WORKER_PORT}/metrics`)
  return /^rollcall_paused\{.*\} 1$/m.test(await answer.text())
}
