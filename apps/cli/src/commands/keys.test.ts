import { createTestDatabase, type TestDatabase } from '@rollcall/database/testing'
import { hashApiKey } from '@rollcall/platform'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createProgram } from '../create-program.ts'

let database: TestDatabase
let lines: string[]

beforeEach(async () => {
  database = await createTestDatabase()
  lines = []
})
afterEach(() => database.cleanup())

async function rollcall(...args: readonly string[]): Promise<void> {
  const program = createProgram({
    openDatabase: async () => ({ ...database.database, close: async () => {} }),
    actor: 'operator (command line)',
    out: (line) => lines.push(line),
  })
  program.exitOverride().configureOutput({ writeErr: () => {} })
  for (const command of program.commands.flatMap((one) => [one, ...one.commands]))
    command.exitOverride().configureOutput({ writeErr: () => {} })
  await program.parseAsync(['node', 'rollcall', ...args])
}

const CREATE = ['keys', 'create', '--name', 'students-module', '--role', 'upstream', '--reason', 'go-live']

describe('rollcall keys', () => {
  test('create shows a key once, keeps only its hash, and leaves an audit row', async () => {
    await rollcall(...CREATE)
    const [key = ''] = lines
    expect(key).toMatch(/^rk_u_/)
    expect(await database.database.apiKeys.findActive({ hash: hashApiKey(key), at: Date.now() })).toMatchObject({
      name: 'students-module',
      role: 'upstream',
    })
    expect(await database.database.prisma.auditLog.findMany()).toMatchObject([
      { action: 'key.create', actor: 'operator (command line)', reason: 'go-live' },
    ])
  })

  test('create refuses a name that is taken, and a role that does not exist', async () => {
    await rollcall(...CREATE)
    await expect(rollcall(...CREATE)).rejects.toThrowErrorMatchingInlineSnapshot(
      `[Error: There is a key named "students-module" already; revoked ones keep their name.]`,
    )
    await expect(rollcall(...CREATE.with(5, 'superuser'))).rejects.toThrow(/Allowed choices are upstream, service, reader, operator, admin/)
  })

  test.each(['other system ', ' x', 'с кирилица', 'a'.repeat(61)])('create refuses the name "%s"', async (name) => {
    await expect(rollcall(...CREATE.with(3, name))).rejects.toThrow('--name must be 1 to 60 letters')
  })

  test('list says whose keys there are, without the keys', async () => {
    await rollcall(...CREATE, '--days', '30')
    lines.length = 0
    await rollcall('keys', 'list')
    expect(lines.join('\n')).toMatch(/^students-module +upstream +made \d{4}-\d\d-\d\d +valid until \d{4}-\d\d-\d\d$/)
  })

  test('revoke ends a key, once', async () => {
    await rollcall(...CREATE)
    const [key = ''] = lines
    await rollcall('keys', 'revoke', 'students-module', '--reason', 'the laptop was lost')
    expect(await database.database.apiKeys.findActive({ hash: hashApiKey(key), at: Date.now() })).toBeNull()
    await expect(rollcall('keys', 'revoke', 'students-module', '--reason', 'again')).rejects.toThrow('is revoked already')
    await expect(rollcall('keys', 'revoke', 'nobody', '--reason', 'why not')).rejects.toThrow('There is no key named "nobody"')
  })
})
