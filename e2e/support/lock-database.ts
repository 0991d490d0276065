import { DatabaseSync } from 'node:sqlite'

const WAIT_MS = 5_000

/** From now on nobody else can write to the SQLite file, until the returned function is called. Only for what is called from another process. */
export function lockDatabase(databaseUrl: string): () => void {
  const file = new DatabaseSync(databaseUrl.replace(/^file:/, ''))
  file.exec(`PRAGMA busy_timeout = ${WAIT_MS}`)
  file.exec('BEGIN EXCLUSIVE')
  return () => {
    file.exec('ROLLBACK')
    file.close()
  }
}
