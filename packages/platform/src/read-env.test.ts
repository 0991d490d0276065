import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { commonEnv, portSetting } from './common-env.ts'
import { readEnv } from './read-env.ts'

const Env = z.object({
  ...commonEnv,
  API_PORT: portSetting(5000, 'Port of the API.'),
  VENDOR_SECRET: z.string().min(20),
  VENDOR_NOTE: z.string().optional(),
})
const VENDOR_SECRET = 'a-secret-of-some-length'

let dir = ''
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'rollcall-env-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

async function file(content: string): Promise<string> {
  const path = join(dir, 'setting')
  await writeFile(path, content)
  return path
}

test('gives typed settings, with defaults for what is not set', () => {
  expect(readEnv(Env, { VENDOR_SECRET, API_PORT: '8080', SOMETHING_ELSE: 'is left alone' })).toEqual({
    DATABASE_URL: 'file:.data/rollcall.db',
    REDIS_URL: 'redis://127.0.0.1:5020',
    ROLLCALL_NAMESPACE: 'rollcall',
    LOG_LEVEL: 'info',
    HOST: '127.0.0.1',
    NODE_ENV: 'development',
    API_PORT: 8080,
    VENDOR_SECRET,
  })
})

test('takes an empty value as unset', () => {
  const env = readEnv(Env, { VENDOR_SECRET, API_PORT: '', LOG_LEVEL: '', VENDOR_NOTE: '' })
  expect(env).toMatchObject({ API_PORT: 5000, LOG_LEVEL: 'info' })
  expect(env.VENDOR_NOTE).toBeUndefined()
})

test('reads any setting from the file that NAME_FILE names, without its last line break', async () => {
  const env = readEnv(Env, { VENDOR_SECRET_FILE: await file(`${VENDOR_SECRET}\n`) })
  expect(env.VENDOR_SECRET).toBe(VENDOR_SECRET)
})

test('keeps the inner lines of a file', async () => {
  const env = readEnv(Env, { VENDOR_SECRET_FILE: await file('-----BEGIN KEY-----\nabc\n-----END KEY-----\n') })
  expect(env.VENDOR_SECRET).toBe('-----BEGIN KEY-----\nabc\n-----END KEY-----')
})

test('lists every wrong variable with what was expected of it, and quotes no value', () => {
  const wrong = {
    API_PORT: '99999',
    VENDOR_SECRET: 'hunter2',
    VENDOR_NOTE: 'both',
    VENDOR_NOTE_FILE: '/tmp/both',
    REDIS_URL: 'http://user:hunter2@cache',
    LOG_LEVEL: 'loud',
    DATABASE_URL_FILE: join(dir, 'missing'),
  }
  expect(() => readEnv(Env, wrong)).toThrowErrorMatchingInlineSnapshot(`
    [CodedError: The environment is not as this app needs it. 
      DATABASE_URL: the file that DATABASE_URL_FILE names cannot be read (ENOENT).
      VENDOR_NOTE: is set, and so is VENDOR_NOTE_FILE; keep one of them.
      REDIS_URL: expected redis://host:port, redis+sentinel://host:port,host:port/master-name or redis+cluster://host:port,host:port; rediss for TLS; user:password@ before the hosts (Redis: redis://<host>:<port>; redis+sentinel://<host>:<port>,.../<master name>; redis+cluster://<host>:<port>,...; rediss for TLS.)
      LOG_LEVEL: Invalid option: expected one of "trace"|"debug"|"info"|"warn"|"error"|"fatal"|"silent" (The least level that is logged.)
      API_PORT: Too big: expected number to be <=65535 (Port of the API.)
      VENDOR_SECRET: Too small: expected string to have >=20 characters]
  `)
  expect(() => readEnv(Env, wrong)).not.toThrow('hunter2')
})

test('says that a variable without a default is not set', () => {
  expect(() => readEnv(Env, {})).toThrowErrorMatchingInlineSnapshot(`
    [CodedError: The environment is not as this app needs it. 
      VENDOR_SECRET: is not set]
  `)
})

test('takes no embedded default for a database or a Redis in production', () => {
  expect(() =>
    readEnv(Env, { VENDOR_SECRET, NODE_ENV: 'production', REDIS_URL: 'redis://redis:6379' }),
  ).toThrowErrorMatchingInlineSnapshot(`
    [CodedError: The environment is not as this app needs it. 
      DATABASE_URL: must be set where NODE_ENV is production.]
  `)
})
