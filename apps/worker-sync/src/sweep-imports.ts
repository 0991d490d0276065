import type { Database } from '@rollcall/database'
import { type Loop, startLoop, type WorkerParts } from '@rollcall/platform'

const SWEEP_EVERY_MS = 600_000
/** An upload may take a quarter of an hour; what is older was left behind by a crash. */
const LEFT_BEHIND_AFTER_MS = 3_600_000

/** Deletes what was staged of files whose upload never came to its end, and marks those that were accepted by an API that died over it. */
export function startImportSweep({ imports }: Pick<Database, 'imports'>, { clock, logger }: Pick<WorkerParts, 'clock' | 'logger'>): Loop {
  return startLoop({
    name: 'import-sweep',
    everyMs: SWEEP_EVERY_MS,
    pass: () => imports.sweep({ before: clock.now() - LEFT_BEHIND_AFTER_MS }),
    logger,
  })
}
