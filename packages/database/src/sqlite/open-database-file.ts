import { closeSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** Opens a database file. A new one is readable by its owner only, as are the WAL files that SQLite lays beside it: it will hold people. */
export function openDatabaseFile(file: string): DatabaseSync {
  if (file !== ':memory:') {
    mkdirSync(dirname(file), { recursive: true })
    closeSync(openSync(file, 'a', 0o600))
  }
  return new DatabaseSync(file)
}
