import { spawn } from 'node:child_process'
import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { createTestDatabase, type TestDatabase } from '@rollcall/database/testing'
import { CodedError } from '@rollcall/engine'
import { createVirtualClock } from '@rollcall/engine/testing'
import { platformErrors } from '@rollcall/platform'
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest'
import { assertUsernameKey } from './assert-username-key.ts'

const clock = createVirtualClock()
const ours = createSecretKey(Buffer.alloc(32, 1))
const other = createSecretKey(Buffer.alloc(32, 2))

let database: TestDatabase
beforeEach(async () => {
  database = await createTestDatabase()
})
afterEach(() => database.cleanup())

const start = (key: KeyObject) => assertUsernameKey({ keyFingerprints: database.database.keyFingerprints, key, clock })

test('the first key that is used is the database’s, and starts again and again', async () => {
  await start(ours)
  await expect(start(ours)).resolves.toBeUndefined()
  expect(await database.database.keyFingerprints.find('USERNAME_KEY')).toMatchObject({ recordedBy: 'worker-persist' })
})

test('another key is refused, with what to do about it, and leaves what is recorded as it was', async () => {
  await start(ours)
  const recorded = await database.database.keyFingerprints.find('USERNAME_KEY')
  const refusal = await start(other).catch((error: unknown) => error)
  expect(refusal).toBeInstanceOf(CodedError)
  expect(refusal).toMatchObject({ errorCode: platformErrors.USERNAME_KEY_EXCHANGED })
  expect(refusal).toMatchInlineSnapshot(
    `[CodedError: USERNAME_KEY is not the key that this database's usernames follow from. Its fingerprint begins with 646cf06b; the database has known 9a95c294 since 2026-09-01T08:00:00.000Z. Under another key a person whom a restored database has forgotten gets another name, and so a second account. Put the key back; after a restore, the one of the time of the backup. Only where that is lost or known to others: \`pnpm rollcall username-key exchange\` (docs/operations.md, "Exchange USERNAME_KEY").]`,
  )
  expect(await database.database.keyFingerprints.find('USERNAME_KEY')).toEqual(recorded)
})

test('of workers that start at once under two keys, those of one key go on and those of the other do not', async () => {
  const starts = await Promise.allSettled([ours, other, ours, other].map(start))
  expect(starts.map(({ status }) => status)).toEqual(expect.arrayContaining(['fulfilled', 'rejected']))
  expect([starts[0]?.status, starts[1]?.status]).toEqual([starts[2]?.status, starts[3]?.status])
})

test('the worker does not start under another key', async () => {
  await start(ours)
  const env = {
    DATABASE_URL: database.url,
    // Nobody listens there: with the right key it would get so far.
    REDIS_URL: 'redis://127.0.0.1:9',
    WORKER_PORT: '0',
    CREDENTIAL_KEYS: `k:${randomBytes(32).toString('base64')}`,
    USERNAME_KEY: other.export().toString('base64'),
  }
  const worker = spawn(process.execPath, [fileURLToPath(new URL('./main.ts', import.meta.url))], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void worker.kill('SIGKILL'))
  const [said, [code]] = await Promise.all([text(worker.stdout), once(worker, 'exit')])
  expect(code).toBe(1)
  expect(said).toContain('cannot start: USERNAME_KEY is not the key')
  expect(said).not.toContain(env.USERNAME_KEY)
})
