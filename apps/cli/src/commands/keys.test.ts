import { createTestDatabase, type TestDatabase } from '@rollcall/database/testing'
import { hashApiKey } from '@rollcall/platform'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createTestCli, type RunCommand } from '../test-support/create-test-cli.ts'

let database: TestDatabase
let rollcall: RunCommand

beforeEach(async () => {
  database = await createTestDatabase()
  rollcall = createTestCli({ env: { DATABASE_URL: database.url }, database: database.database })
})
afterEach(() => database.cleanup())

const CREATE = ['keys', 'create', '--name', 'students-module', '--role', 'upstream', '--reason', 'go-live']

describe('rollcall keys', () => {
  test('create shows a key once, keeps only its hash, and leaves an audit row', async () => {
    const { code, out: key } = await rollcall(...CREATE)
    expect(code).toBe(0)
    expect(key).toMatch(/^rk_u_/)
    expect(await database.database.apiKeys.findActive({ hash: hashApiKey(key), at: Date.now() })).toMatchObject({
      name: 'students-module',
      role: 'upstream',
    })
    expect(await database.database.prisma.auditLog.findMany()).toMatchObject([
      { action: 'key.create', actor: 'operator (command line)', reason: 'go-live' },
    ])
  })

  test('create refuses a name that is taken', async () => {
    await rollcall(...CREATE)
    expect(await rollcall(...CREATE)).toMatchObject({
      code: 1,
      out: '',
      err: 'There is a key named "students-module" already; revoked ones keep their name.',
    })
  })

  test('list makes no database where there is none', async () => {
    const openDatabase = () => Promise.reject(new Error('was opened'))
    const { code, err } = await createTestCli({ env: { DATABASE_URL: 'file:/nowhere/rollcall.db' }, openDatabase })('keys', 'list')
    expect({ code, err }).toEqual({ code: 3, err: expect.stringContaining('There is no database at /nowhere/rollcall.db.') })
  })

  test.each([
    ['a role that does not exist', CREATE.with(5, 'superuser'), 'Allowed choices are upstream, service, reader, operator, admin'],
    ['no reason', CREATE.slice(0, -2), "required option '--reason <text>' not specified"],
    ['a reason of blanks', CREATE.with(-1, '  '), 'It must be 1 to 500 characters long.'],
    ['half a day', [...CREATE, '--days', '0.5'], '--days takes a whole number from 1 to 3650.'],
    ['a name of another script', CREATE.with(3, 'с кирилица'), '--name must be 1 to 60 letters'],
    ['a name with a space at its end', CREATE.with(3, 'other system '), '--name must be 1 to 60 letters'],
    ['a name that is too long', CREATE.with(3, 'a'.repeat(61)), '--name must be 1 to 60 letters'],
  ])('create takes %s for wrong usage', async (_, args, says) => {
    const { code, err } = await rollcall(...args)
    expect(err).toContain(says)
    expect(code).toBe(2)
    expect(await database.database.apiKeys.list()).toEqual([])
  })

  test('list says whose keys there are, without the keys', async () => {
    const { out: key } = await rollcall(...CREATE, '--days', '30')
    const { out } = await rollcall('keys', 'list')
    expect(out.split('\n')[1]).toMatch(/^students-module {2}upstream {2}\d{4}-\d\d-\d\d {2}valid until \d{4}-\d\d-\d\d$/)
    const listed = await rollcall('keys', 'list', '--json')
    expect(listed.json()).toMatchObject({ keys: [{ name: 'students-module', role: 'upstream', revokedAt: null }] })
    expect(out + listed.out).not.toContain(key)
  })

  test('revoke ends a key, once', async () => {
    const { out: key } = await rollcall(...CREATE)
    expect((await rollcall('keys', 'revoke', 'students-module', '--reason', 'the laptop was lost')).code).toBe(0)
    expect(await database.database.apiKeys.findActive({ hash: hashApiKey(key), at: Date.now() })).toBeNull()
    expect(await rollcall('keys', 'revoke', 'students-module', '--reason', 'again')).toMatchObject({
      code: 1,
      err: expect.stringContaining('is revoked already'),
    })
    expect((await rollcall('keys', 'revoke', 'nobody', '--reason', 'why not')).err).toContain('There is no key named "nobody"')
  })
})
