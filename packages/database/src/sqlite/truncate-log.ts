import { setTimeout as delay } from 'node:timers/promises'
import type { SqliteConnection } from './connection.ts'

const TRIES = 20
const PAUSE_MS = 100

/**
 * Carries the write-ahead log over into the file and cuts it to nothing: it holds what pages held before they were overwritten. Readers and
 * writers of other processes go first. Answers whether it was done; if not, the log is overwritten by and by.
 */
export async function truncateLog(connection: SqliteConnection): Promise<boolean> {
  for (let attempt = 1; ; attempt++) {
    const row = await connection.inTurn(() => connection.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get())
    if (row?.busy === 0) return true
    if (attempt === TRIES) return false
    await delay(PAUSE_MS)
  }
}
