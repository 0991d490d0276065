import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { checkSettings } from './check-settings.ts'

const COMPLETE = {
  NODE_ENV: 'production',
  DATABASE_URL: 'sqlserver://db.example;database=rollcall;user=rollcall;password={secret-word}',
  REDIS_URL: 'redis://redis.example:6379',
  GRAPH_DOMAIN: 'edu.example',
  GRAPH_CLIENT_SECRET: 'secret-word',
  CREDENTIAL_KEYS: `one:${randomBytes(32).toString('base64')}`,
  USERNAME_KEY: randomBytes(32).toString('base64'),
  REGISTRATION_PUSH_SECRET: `whsec_${randomBytes(32).toString('base64')}`,
}

function unwell(env: Readonly<Record<string, string>>): string[] {
  return checkSettings({ env })
    .filter(({ level }) => level !== 'ok')
    .map(({ level, says }) => `${level}: ${says}`)
}

describe('the settings', () => {
  test('are fine where every app could start with them', () => {
    expect(unwell(COMPLETE)).toEqual([])
  })

  test('may be those of one app only', () => {
    const { GRAPH_DOMAIN, CREDENTIAL_KEYS, USERNAME_KEY, GRAPH_CLIENT_SECRET, ...apiOnly } = COMPLETE
    const found = unwell(apiOnly)
    expect(found).toContain('warning: worker-poll cannot start with these settings: GRAPH_DOMAIN not set.')
    expect(found.filter((line) => line.startsWith('wrong'))).toEqual([])
  })

  test('may be those of the API’s machine, or of a container of one worker, and all is well there', () => {
    const { GRAPH_DOMAIN, GRAPH_CLIENT_SECRET, USERNAME_KEY, ...api } = COMPLETE
    expect(unwell(api)).toContain('warning: worker-persist cannot start with these settings: USERNAME_KEY not set.')
    expect(unwell(api).filter((line) => line.startsWith('wrong'))).toEqual([])
    expect(unwell({ ...COMPLETE, HOST: '0.0.0.0' })).toEqual([
      'warning: dashboard cannot start with these settings: DASHBOARD_PUBLIC_URL not set.',
    ])
  })

  test.each<[string, Record<string, string>, RegExp]>([
    [
      'a database that was forgotten in production',
      { DATABASE_URL: '' },
      /^wrong: DATABASE_URL: must be set where NODE_ENV is production\. \(api, /,
    ],
    ['an address that is none', { REDIS_URL: 'localhost' }, /^wrong: REDIS_URL: expected redis:/],
    ['half of an app’s settings', { GRAPH_DOMAIN: '' }, /^wrong: GRAPH_DOMAIN: is not set .*\(worker-create, worker-poll\)$/],
    ['a key for usernames that is none', { USERNAME_KEY: 'short' }, /^wrong: USERNAME_KEY: must be a key of 32 bytes/],
    ['keys that are none', { CREDENTIAL_KEYS: 'one:short' }, /^wrong: CREDENTIAL_KEYS: entry 1 is not id:key/],
    ['a setting that is given twice', { REDIS_URL_FILE: '/run/redis' }, /^wrong: REDIS_URL: is set, and so is REDIS_URL_FILE/],
    [
      'a SQLite file in production',
      { DATABASE_URL: 'file:/data/rollcall.db' },
      /^warning: NODE_ENV is production, and the database is a SQLite file/,
    ],
    [
      'two identities',
      { GRAPH_CLIENT_CERTIFICATE_PATH: '/c.pem' },
      /^wrong: GRAPH_CLIENT_SECRET and GRAPH_CLIENT_CERTIFICATE_PATH are both set/,
    ],
    ['certificates that nobody checks', { NODE_TLS_REJECT_UNAUTHORIZED: '0' }, /^wrong: NODE_TLS_REJECT_UNAUTHORIZED is 0/],
    ['a misspelt name', { GRAPH_DOMIAN: 'edu.example' }, /^warning: GRAPH_DOMIAN is known to no app\.$/],
  ])('tell of %s, and quote no value', (_, changes, says) => {
    const found = unwell({ ...COMPLETE, ...changes })
    expect(found).toContainEqual(expect.stringMatching(says))
    expect(found.join()).not.toMatch(/secret-word|short/)
  })
})
