import { DatabaseSync } from 'node:sqlite'

const WRITER_WITHIN_MS = 500

/** Whether another process could write to the SQLite file just now. A server keeps nobody out of the whole database. */
export async function canBeWritten(databaseUrl: string): Promise<boolean> {
  if (!databaseUrl.startsWith('file:')) return true
  const file = new DatabaseSync(databaseUrl.replace(/^file:/, ''))
  try {
    file.exec(`PRAGMA busy_timeout = ${WRITER_WITHIN_MS}; BEGIN IMMEDIATE; ROLLBACK`)
    return true
  } catch {
    return false
  } finally {
    file.close()
  }
}
