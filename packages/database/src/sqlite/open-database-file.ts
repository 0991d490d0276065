import { closeSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** Opens a database file, and makes sure that it is one. A new one is readable by its owner only, as are the WAL files that SQLite lays beside it: it will hold people. */
export function openDatabaseFile(file: string): DatabaseSync {
  try {
    if (file !== ':memory:') {
      mkdirSync(dirname(file), { recursive: true })
      closeSync(openSync(file, 'a', 0o600))
    }
    const db = new DatabaseSync(file)
    db.exec('PRAGMA schema_version')
    return db
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new Error(`The SQLite file ${file} cannot be opened: ${reason}.`, { cause: error })
  }
}
