import { randomBytes } from 'node:crypto'
import { readEnv } from '@rollcall/platform'
import { expect, test } from 'vitest'
import { WorkerPersistEnv } from './env.ts'

test('reads no setting of Microsoft Graph, so that no secret of it need be here', () => {
  expect(Object.keys(WorkerPersistEnv.shape).filter((name) => name.startsWith('GRAPH_'))).toEqual([])
})

const CREDENTIAL_KEYS = `test:${randomBytes(32).toString('base64')}`

test('needs the keys that seal initial passwords, and the one that usernames follow from', () => {
  expect(() => readEnv(WorkerPersistEnv, {})).toThrow('CREDENTIAL_KEYS: is not set')
  expect(() => readEnv(WorkerPersistEnv, { CREDENTIAL_KEYS })).toThrow('USERNAME_KEY: is not set')
})

test.each(['short', randomBytes(31).toString('base64'), randomBytes(33).toString('base64'), `k1:${randomBytes(32).toString('base64')}`])(
  'refuses a key for usernames that is none, and does not quote it',
  (USERNAME_KEY) => {
    const read = () => readEnv(WorkerPersistEnv, { CREDENTIAL_KEYS, USERNAME_KEY })
    expect(read).toThrow('USERNAME_KEY: must be a key of 32 bytes in base64')
    expect(read).not.toThrow(USERNAME_KEY)
  },
)

test('shows nothing of that key when the settings are printed by mistake', () => {
  const USERNAME_KEY = randomBytes(32).toString('base64')
  const { USERNAME_KEY: key } = readEnv(WorkerPersistEnv, { CREDENTIAL_KEYS, USERNAME_KEY })
  expect(key.export().toString('base64')).toBe(USERNAME_KEY)
  expect(JSON.stringify({ key })).not.toContain(USERNAME_KEY)
})
