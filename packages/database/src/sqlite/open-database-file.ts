import { closeSync, existsSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { repeatWhileBusy } from './repeat-while-busy.ts'

/** SQLite itself never waits for another process: it would block the event loop. `repeatWhileBusy` does it. */
const BUSY_TIMEOUT_MS = 0

/**
 * Opens a database file in WAL mode, waiting for other processes that do the same. A new one is readable by its owner only, as are the WAL
 * files that SQLite lays beside it: it will hold people.
 */
export async function openDatabaseFile({ file, limitMs }: { readonly file: string; readonly limitMs: number }): Promise<DatabaseSync> {
  try {
    if (file !== ':memory:') {
      mkdirSync(dirname(file), { recursive: true })
      // Never where it stands already: whoever closes a file loses all locks that his process has on it, those of SQLite's connections, too.
      if (!existsSync(file)) closeSync(openSync(file, 'a', 0o600))
    }
    const db = new DatabaseSync(file)
    await repeatWhileBusy({
      body: () => db.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}; PRAGMA journal_mode = WAL`),
      limitMs,
    })
    return db
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new Error(`The SQLite file ${file} cannot be opened: ${reason}.`, { cause: error })
  }
}
