import { setTimeout as pause } from 'node:timers/promises'
import { canBeWritten } from './database-file.ts'
import type { TestFleet } from './start-test-fleet.ts'

const TRY_AGAIN_MS = 5

/**
 * Stops the event loop of a process until the answer is called. Never within a transaction: whoever is stalled there keeps the embedded database
 * from everybody, and nobody could go on.
 */
export async function stall(fleet: TestFleet, name: string): Promise<() => void> {
  const { pid } = fleet.app(name)
  for (;;) {
    process.kill(pid, 'SIGSTOP')
    if (await canBeWritten(fleet.databaseUrl)) return () => process.kill(pid, 'SIGCONT')
    process.kill(pid, 'SIGCONT')
    await pause(TRY_AGAIN_MS)
  }
}
