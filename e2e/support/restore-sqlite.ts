// A backup of the SQLite file while the fleet writes to it, and the way back, as docs/operations.md tells it.
import { copyFile, rm } from 'node:fs/promises'
import { backup, DatabaseSync } from 'node:sqlite'

function fileOf(databaseUrl: string): string {
  return databaseUrl.replace(/^file:/, '')
}

/** More pages than the file has: all in one step, so that no writer makes it begin again. */
const WHOLE = 1_000_000

export async function backUpSqlite(databaseUrl: string, to: string): Promise<void> {
  const source = new DatabaseSync(fileOf(databaseUrl), { readOnly: true })
  try {
    await backup(source, to, { rate: WHOLE })
  } finally {
    source.close()
  }
}

/** Nobody may have the database open: what belongs to the log of the newer file would be read as the older one's. */
export async function putBackSqlite(databaseUrl: string, from: string): Promise<void> {
  const file = fileOf(databaseUrl)
  for (const name of [file, `${file}-wal`, `${file}-shm`]) await rm(name, { force: true })
  await copyFile(from, file)
}
