import { createSecretKey, randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createTestDatabase, type TestDatabase } from '@rollcall/database/testing'
import { fingerprintOf } from '@rollcall/platform'
import { writeConnectionFile } from '@rollcall/scripts/connection-file'
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest'
import { createTestCli } from '../test-support/create-test-cli.ts'

const [OLD, NEW] = [randomBytes(32), randomBytes(32)]
const reason = ['--reason', 'the key of 2026 is lost']

let database: TestDatabase
beforeEach(async () => {
  database = await createTestDatabase()
})
afterEach(() => database.cleanup())

const rollcall = ({ key, answers = [] }: { key: Buffer | string; answers?: readonly string[] }, ...args: readonly string[]) => {
  const env = { DATABASE_URL: database.url, USERNAME_KEY: typeof key === 'string' ? key : key.toString('base64') }
  return createTestCli({ env, database: database.database, answers })('username-key', 'exchange', ...args)
}

const known = async () => (await database.database.keyFingerprints.find('USERNAME_KEY'))?.fingerprint
const audited = () => database.database.audit.list({ targetType: 'key', targetId: 'USERNAME_KEY', limit: 9 })
const of = (bytes: Buffer) => fingerprintOf(createSecretKey(bytes))

async function record(bytes: Buffer) {
  const recorded = { setting: 'USERNAME_KEY', recordedAt: Date.UTC(2026, 0, 5), recordedBy: 'worker-persist' }
  await database.database.keyFingerprints.keep({ ...recorded, fingerprint: of(bytes) })
}

test('the other key is the database’s once an operator has agreed, with an audit row that says why', async () => {
  await record(OLD)
  const { code, out, err } = await rollcall({ key: NEW, answers: ['y'] }, ...reason)
  expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining('Exchanged.') })
  expect(err).toContain('Every worker-persist must be stopped')
  expect(err).toContain('may get a second one')
  expect(await known()).toBe(of(NEW))
  expect(await audited()).toMatchObject([
    {
      action: 'usernameKey.exchange',
      actor: 'operator (command line)',
      reason: 'the key of 2026 is lost',
      details: { from: of(OLD), to: of(NEW) },
    },
  ])
  expect(out + err).not.toContain(NEW.toString('base64'))
})

test('nothing is exchanged without a yes, or where nobody can be asked', async () => {
  await record(OLD)
  expect(await rollcall({ key: NEW, answers: ['n'] }, ...reason)).toMatchObject({ code: 0, out: 'Nothing was exchanged.' })
  expect(await rollcall({ key: NEW }, ...reason)).toMatchObject({ code: 2, err: expect.stringContaining('add --yes') })
  expect(await known()).toBe(of(OLD))
  expect(await audited()).toEqual([])
})

test('the key that the database knows, or a database that knows none, is left as it is', async () => {
  expect((await rollcall({ key: NEW }, ...reason, '--yes', '--json')).json()).toEqual({ outcome: 'noneKnown' })
  expect(await known()).toBeUndefined()
  await record(OLD)
  expect((await rollcall({ key: OLD }, ...reason, '--yes', '--json')).json()).toEqual({ outcome: 'sameKey' })
  expect(await audited()).toEqual([])
})

test('wants a reason, and a key that is one, which it does not quote', async () => {
  expect((await rollcall({ key: NEW }, '--yes')).code).toBe(2)
  const { code, err } = await rollcall({ key: 'short-secret' }, ...reason, '--yes')
  expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining('USERNAME_KEY: must be a key of 32 bytes') })
  expect(err).not.toContain('short-secret')
})

test('compares no key with that of a fleet which runs, whatever the environment gives', async () => {
  await record(OLD)
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-key-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  await writeConnectionFile({ folder, settings: { DATABASE_URL: database.url, USERNAME_KEY: OLD.toString('base64') } })
  const run = createTestCli({ env: { ROLLCALL_DATA_DIR: folder, USERNAME_KEY: NEW.toString('base64') }, database: database.database })
  const { code, err } = await run('username-key', 'exchange', ...reason, '--yes')
  expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining('connection.json runs, worker-persist with it. Stop it') })
})
