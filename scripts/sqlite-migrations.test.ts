import { execFile } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { deployMigrations, readMigrationFiles, readMigrationStatuses } from '@rollcall/database/migrate'
import { describe, expect, onTestFinished, test } from 'vitest'
import { deriveSqliteSchema } from './derive-sqlite-schema.ts'
import { deployWithPrisma, diagnoseWithPrisma, diffSqliteMigrations } from './schema-engine.ts'

const root = resolve(import.meta.dirname, '..')
const folder = join(root, 'prisma/migrations/sqlite')
const canonical = readFileSync(join(root, 'prisma/schema.prisma'), 'utf8')
const schema = readFileSync(join(root, 'prisma/sqlite/schema.prisma'), 'utf8')
const names = readMigrationFiles('sqlite').map(({ name }) => name)

function temporaryFolder() {
  const path = mkdtempSync(join(tmpdir(), 'rollcall-scripts-'))
  onTestFinished(() => rmSync(path, { recursive: true }))
  return path
}

/** Runs a script as a developer does; answers what it printed and how it ended. */
function node(script: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  return new Promise<{ code: number; output: string }>((answer) => {
    execFile(process.execPath, [script, ...args], { env: { ...process.env, ...env }, encoding: 'utf8' }, (error, stdout, stderr) =>
      answer({ code: error ? Number(error.code) : 0, output: stdout + stderr }),
    )
  })
}

describe('the derived SQLite schema', () => {
  test('is what the canonical one gives', () => {
    expect(schema).toBe(deriveSqliteSchema(canonical))
  })

  test('is refused by the check when it is stale, and accepted when it is not', async () => {
    const copy = temporaryFolder()
    for (const part of ['prisma', 'scripts/prisma-generate.ts', 'scripts/derive-sqlite-schema.ts'])
      cpSync(join(root, part), join(copy, part), { recursive: true })
    const check = () => node(join(copy, 'scripts/prisma-generate.ts'), ['--check'])

    expect(await check()).toEqual({ code: 0, output: '' })
    writeFileSync(join(copy, 'prisma/schema.prisma'), canonical.replace('birthDate ', 'dateOfBirth '))
    expect(await check()).toEqual({
      code: 1,
      output: 'prisma/sqlite/schema.prisma is stale: run `pnpm db:generate` and commit the result.\n',
    })
  })
})

describe('the migrations of SQLite', () => {
  test('produce exactly the derived schema', async () => {
    expect((await diffSqliteMigrations({ folder, schema })).trim()).toBe('-- This is an empty migration.')
  })

  test('would not pass if the schema had a column more', async () => {
    const changed = schema.replace('  birthDate ', '  shoeSize        Int?\n  birthDate ')
    expect(await diffSqliteMigrations({ folder, schema: changed })).toContain('ALTER TABLE "Person" ADD COLUMN "shoeSize" INTEGER')
  })

  test('are found in order by Prisma’s own engine when our runner has applied them', async () => {
    const file = join(temporaryFolder(), 'test.db')
    await deployMigrations({ url: `file:${file}` })
    expect(await diagnoseWithPrisma({ file, schema, folder })).toMatchObject({
      hasMigrationsTable: true,
      failedMigrationNames: [],
      editedMigrationNames: [],
      history: null,
    })
    expect(await deployWithPrisma({ file, schema, folder })).toEqual([])
  })

  test('are found in order by our runner when Prisma’s own engine has applied them', async () => {
    const file = join(temporaryFolder(), 'test.db')
    const url = `file:${file}`
    expect(await deployWithPrisma({ file, schema, folder })).toEqual(names)
    expect(await readMigrationStatuses({ url })).toEqual(names.map((name) => ({ name, state: 'applied' })))
    expect(await deployMigrations({ url })).toEqual([])
  })

  test('seed the same roles on both databases, with the register’s numbers', async () => {
    const file = join(temporaryFolder(), 'test.db')
    await deployMigrations({ url: `file:${file}` })
    const db = new DatabaseSync(file)
    onTestFinished(() => db.close())
    const roles = db.prepare('SELECT sysRoleId, name, description FROM SysRole ORDER BY sysRoleId').all()
    expect(roles).toEqual(expect.arrayContaining([expect.objectContaining({ sysRoleId: 5, name: 'TEACHER' })]))
    expect(roles).toEqual(expect.arrayContaining([expect.objectContaining({ sysRoleId: 6, name: 'STUDENT' })]))

    const tsql = readMigrationFiles('sqlserver')
      .map(({ sql }) => sql)
      .join('\n')
    const seeded = [...tsql.matchAll(/\((\d+), N'([^']*)', N'([^']*)'\)/g)].map(([, id, name, description]) => ({
      sysRoleId: Number(id),
      name,
      description,
    }))
    expect(seeded).toEqual(roles.map((role) => ({ ...role })))
  })
})

describe('pnpm db:migrate and db:status', () => {
  const migrate = join(root, 'scripts/migrate.ts')

  test('apply what is pending, tell what stands, and exit accordingly', async () => {
    const env = { DATABASE_URL: `file:${join(temporaryFolder(), 'new', 'test.db')}` }
    expect(await node(migrate, ['status'], env)).toEqual({ code: 1, output: names.map((name) => `pending  ${name}\n`).join('') })
    expect(await node(migrate, ['deploy'], env)).toEqual({ code: 0, output: `Applied ${names.join(', ')}.\n` })
    expect(await node(migrate, ['deploy'], env)).toEqual({ code: 0, output: 'The database is up to date.\n' })
    expect(await node(migrate, ['status'], env)).toEqual({ code: 0, output: names.map((name) => `applied  ${name}\n`).join('') })
  })

  test('say what is wrong without a stack trace, a password or a zero', async () => {
    const { code, output } = await node(migrate, ['deploy'], { DATABASE_URL: 'mysql://root:Geheim1@db/x' })
    expect(code).toBe(1)
    expect(output).toMatch(/^DATABASE_URL should be file:<path> .* this one begins with mysql:\.\n$/)
    expect((await node(migrate, ['deploy', 'resolve', 'x'])).code).toBe(2)
    expect(await node(migrate, ['undo'])).toEqual({
      code: 2,
      output: 'Usage: node scripts/migrate.ts deploy | status | resolve <migration>\n',
    })
  })
})
