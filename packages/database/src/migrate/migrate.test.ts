import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { promisify } from 'node:util'
import { describe, expect, onTestFinished, test } from 'vitest'
import { deployMigrations, readMigrationStatuses, resolveFailedMigration } from './index.ts'
import { readMigrationFiles } from './migration-files.ts'

const run = promisify(execFile)

/** A folder of migrations of the test's own, and an empty database. */
function workspace(migrations: Readonly<Record<string, string>> = {}) {
  const root = mkdtempSync(join(tmpdir(), 'rollcall-migrate-'))
  onTestFinished(() => rmSync(root, { recursive: true }))
  const folder = join(root, 'migrations')
  const file = join(root, 'test.db')
  const write = (name: string, sql: string) => {
    mkdirSync(join(folder, name), { recursive: true })
    writeFileSync(join(folder, name, 'migration.sql'), sql)
  }
  mkdirSync(folder)
  for (const [name, sql] of Object.entries(migrations)) write(name, sql)
  const query = (sql: string) => {
    const db = new DatabaseSync(file)
    try {
      return db.prepare(sql).all()
    } finally {
      db.close()
    }
  }
  return { options: { url: `file:${file}`, folder }, write, query }
}

const A = '20260101000000_a'
const B = '20260102000000_b'

describe('migrations on SQLite', () => {
  test('are applied in the order of their names, once', async () => {
    const { options, query } = workspace({ [B]: 'ALTER TABLE T ADD b TEXT;', [A]: 'CREATE TABLE T (a TEXT);' })

    expect(await readMigrationStatuses(options)).toEqual([
      { name: A, state: 'pending' },
      { name: B, state: 'pending' },
    ])
    expect(await deployMigrations(options)).toEqual([A, B])
    expect(await deployMigrations(options)).toEqual([])

    expect(query("SELECT name FROM pragma_table_info('T')").map(({ name }) => name)).toEqual(['a', 'b'])
    expect(await readMigrationStatuses(options)).toEqual([
      { name: A, state: 'applied' },
      { name: B, state: 'applied' },
    ])
  })

  test('are recorded as Prisma records them', async () => {
    const { options, query } = workspace({ [A]: 'CREATE TABLE T (a TEXT);' })
    await deployMigrations(options)
    const [row] = query('SELECT * FROM _prisma_migrations')
    expect(row).toMatchObject({
      migration_name: A,
      checksum: readMigrationFiles('sqlite', options.folder)[0]?.checksum,
      logs: null,
      rolled_back_at: null,
      applied_steps_count: 1,
      started_at: expect.any(Number),
      finished_at: expect.any(Number),
    })
  })

  test('that fail leave nothing but their row, and hold up later ones until they are resolved', async () => {
    const { options, write, query } = workspace({ [A]: 'CREATE TABLE T (a TEXT);', [B]: 'CREATE TABLE U (a TEXT); SELECT broken;' })

    await expect(deployMigrations(options)).rejects.toThrow(`Migration ${B} failed and was rolled back: no such column: broken`)

    expect(query("SELECT name FROM sqlite_master WHERE name IN ('T', 'U')")).toEqual([{ name: 'T' }])
    expect(query('SELECT logs FROM _prisma_migrations WHERE finished_at IS NULL')).toEqual([{ logs: 'no such column: broken' }])
    expect((await readMigrationStatuses(options)).map(({ state }) => state)).toEqual(['applied', 'failed'])
    await expect(deployMigrations(options)).rejects.toThrow(`mark it as rolled back: node scripts/migrate.ts resolve ${B}`)

    write(B, 'CREATE TABLE U (a TEXT);')
    expect(await resolveFailedMigration({ url: options.url, name: B })).toBe(true)
    expect(await deployMigrations(options)).toEqual([B])
    expect(await resolveFailedMigration({ url: options.url, name: B })).toBe(false)
  })

  test('that were edited after they were applied are refused', async () => {
    const { options, write } = workspace({ [A]: 'CREATE TABLE T (a TEXT);' })
    await deployMigrations(options)
    write(A, 'CREATE TABLE T (a TEXT, b TEXT);')
    write(B, 'CREATE TABLE U (a TEXT);')
    await expect(deployMigrations(options)).rejects.toThrow(`Migration ${A} was edited after it was applied here.`)
    expect((await readMigrationStatuses(options)).map(({ state }) => state)).toEqual(['edited', 'pending'])
  })

  test('of a newer release do not stop an older one', async () => {
    const { options } = workspace({ [A]: 'CREATE TABLE T (a TEXT);', [B]: 'CREATE TABLE U (a TEXT);' })
    await deployMigrations(options)
    rmSync(join(options.folder, B), { recursive: true })
    expect(await deployMigrations(options)).toEqual([])
    expect(await readMigrationStatuses(options)).toContainEqual({ name: B, state: 'unknown' })
  })

  test('are not applied to a database that somebody else made', async () => {
    const { options, query } = workspace({ [A]: 'CREATE TABLE T (a TEXT);' })
    query('CREATE TABLE Foreign_ (a TEXT)')
    await expect(deployMigrations(options)).rejects.toThrow('The database has tables but no _prisma_migrations')
    expect(query('SELECT name FROM sqlite_master')).toEqual([{ name: 'Foreign_' }])
  })

  test('may redefine a table that others refer to, as Prisma writes it, and keep its rows', async () => {
    const redefine = `PRAGMA defer_foreign_keys=ON;
PRAGMA foreign_keys=OFF;
CREATE TABLE "new_P" ("id" TEXT NOT NULL PRIMARY KEY, "more" TEXT);
INSERT INTO "new_P" ("id") SELECT "id" FROM "P";
DROP TABLE "P";
ALTER TABLE "new_P" RENAME TO "P";
PRAGMA foreign_keys=ON;
PRAGMA defer_foreign_keys=OFF;`
    const { options, query } = workspace({
      [A]: `CREATE TABLE "P" ("id" TEXT NOT NULL PRIMARY KEY); CREATE TABLE "C" ("p" TEXT REFERENCES "P" ("id") ON DELETE CASCADE);
INSERT INTO P VALUES ('1'); INSERT INTO C VALUES ('1');`,
      [B]: redefine,
    })
    await deployMigrations(options)
    expect(query('SELECT p, more FROM C JOIN P ON P.id = C.p')).toEqual([{ p: '1', more: null }])
  })

  test('that would leave a row referring to nothing are rolled back', async () => {
    const { options, query } = workspace({
      [A]: `CREATE TABLE P (id TEXT PRIMARY KEY); CREATE TABLE C (p TEXT REFERENCES P (id)); INSERT INTO P VALUES ('1'); INSERT INTO C VALUES ('1');`,
      [B]: 'DELETE FROM P;',
    })
    await expect(deployMigrations(options)).rejects.toThrow('1 rows of C would refer to rows that do not exist.')
    expect(query('SELECT id FROM P')).toEqual([{ id: '1' }])
  })

  test('are applied by one of several processes while the others wait', async () => {
    const slow = `CREATE TABLE T (n INTEGER);
INSERT INTO T WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 200000) SELECT n FROM c;`
    const { options, query } = workspace({ [A]: slow, [B]: 'CREATE TABLE U (a TEXT);' })
    const script = `import { deployMigrations } from ${JSON.stringify(new URL('./index.ts', import.meta.url).href)}
console.log(JSON.stringify(await deployMigrations(${JSON.stringify(options)})))`

    const answers = await Promise.all(
      Array.from({ length: 4 }, () => run(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8' })),
    )

    const applied = answers.flatMap(({ stdout }) => JSON.parse(stdout))
    expect(applied.sort()).toEqual([A, B])
    expect(query('SELECT migration_name FROM _prisma_migrations ORDER BY started_at')).toHaveLength(2)
    expect(query('SELECT COUNT(*) AS count FROM T')).toEqual([{ count: 200_000 }])
  })
})
