// When runs are persisted, as somebody sees it who looks from outside: no time that the fleet itself writes, since it writes it before its commit.
import { DatabaseSync } from 'node:sqlite'
import type { BenchFleet } from './start-bench-fleet.ts'
import { until } from './until.ts'

/** So much later than it was true a run may be seen, at most. */
const LOOK_EVERY_MS = 10

export interface PersistedWatch {
  /** From now on the run is looked for. @param postedAt on this process's `performance` clock */
  add(uuid: string, postedAt: number): void
  /** How long each took from its POST, once all are persisted. */
  durations(withinMs: number): Promise<readonly number[]>
  stop(): void
}

/** A look is one statement on a connection that only reads, so that it takes nothing from those who are watched. */
export function watchPersisted({ fleet }: BenchFleet): PersistedWatch {
  const file = new DatabaseSync(fleet.databaseUrl.replace(/^file:/, ''), { readOnly: true })
  const find = file.prepare("SELECT uuid FROM AzureDataSync WHERE uuid IN (SELECT value FROM json_each(?)) AND status = 'completed'")
  const open = new Map<string, number>()
  const durations: number[] = []
  const timer = setInterval(() => {
    if (open.size === 0) return
    for (const { uuid } of find.all(JSON.stringify([...open.keys()]))) {
      durations.push(performance.now() - (open.get(String(uuid)) ?? Number.NaN))
      open.delete(String(uuid))
    }
  }, LOOK_EVERY_MS)
  return {
    add: (uuid, postedAt) => void open.set(uuid, postedAt),
    async durations(withinMs) {
      await until('all are persisted', async () => open.size === 0, withinMs)
      return durations
    },
    stop() {
      clearInterval(timer)
      file.close()
    },
  }
}
