import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createDatabase, type Database } from '../create-database.ts'
import { deployMigrations } from '../migrate/index.ts'

export interface TestDatabase {
  readonly url: string
  readonly database: Database
  /** Closes the database and deletes its files. */
  cleanup(): Promise<void>
}

let template: Promise<Buffer> | undefined

/** A migrated SQLite database of its own in a temporary folder. The migrations run once per process; after that it is a copied file. */
export async function createTestDatabase(options: { readonly onQuery?: (sql: string) => void } = {}): Promise<TestDatabase> {
  template ??= migratedFile()
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-test-'))
  const file = join(folder, 'test.db')
  await writeFile(file, await template, { mode: 0o600 })
  const url = `file:${file}`
  const database = await createDatabase({ url, ...options })
  return {
    url,
    database,
    async cleanup() {
      await database.close()
      await rm(folder, { recursive: true })
    },
  }
}

async function migratedFile(): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-template-'))
  try {
    const file = join(folder, 'template.db')
    await deployMigrations({ url: `file:${file}` })
    return await readFile(file)
  } finally {
    await rm(folder, { recursive: true })
  }
}
