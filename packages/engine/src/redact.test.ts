import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { JsonObject } from './json.ts'
import { redact } from './redact.ts'

test.each([
  ...['password', 'initialPassword', 'PASSWD', 'db_pwd', 'passphrase', 'clientSecret', 'access_token', 'refreshToken', 'Authorization'],
  ...['bearer', 'set-cookie', 'apiKey', 'api-key', 'API_KEY', 'credentials', 'private_key', 'connectionString', 'client_assertion'],
])('replaces what stands under %s', (name) => {
  expect(redact({ [name]: 'abc', kept: 1 })).toEqual({ [name]: '[redacted]', kept: 1 })
})

test('replaces whole objects and lists under such a name, and numbers too', () => {
  expect(redact({ secrets: { a: 1 }, tokens: ['a', 'b'], passwordLength: 14 })).toEqual({
    secrets: '[redacted]',
    tokens: '[redacted]',
    passwordLength: '[redacted]',
  })
})

test('finds them however deep they stand, in lists too, and leaves everything else as it was', () => {
  const value = {
    user: { name: 'x', logins: [{ password: 'p', at: 5 }, null, 'plain', [{ token: 't' }]] },
    empty: {},
    none: null,
    no: false,
  }
  expect(redact(value)).toEqual({
    user: { name: 'x', logins: [{ password: '[redacted]', at: 5 }, null, 'plain', [{ token: '[redacted]' }]] },
    ...{ empty: {}, none: null, no: false },
  })
})

test('copies: what the handler holds stays as it was', () => {
  const value = Object.freeze({ password: 'p', inner: Object.freeze({ token: 't' }) })
  redact(value)
  expect(value).toEqual({ password: 'p', inner: { token: 't' } })
})

test('lets no secret through, wherever it stands', () => {
  const secret = 'S3cr3t-value'
  const json = fc.jsonValue({ maxDepth: 4 })
  const around = fc.tuple(json, fc.nat({ max: 4 }))
  fc.assert(
    fc.property(around, ([sibling, depth]) => {
      let value: JsonObject = { Password: { deep: [secret] }, sibling }
      for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? { level: [value] } : { level: value }
      expect(JSON.stringify(redact(value))).not.toContain(secret)
    }),
  )
})

test('changes nothing where no name sounds secret', () => {
  const harmless = fc.dictionary(fc.constantFrom('name', 'count', 'items'), fc.oneof(fc.string(), fc.integer(), fc.array(fc.boolean())))
  fc.assert(
    fc.property(harmless, (value) => {
      expect(redact(value)).toEqual(value)
    }),
  )
})
