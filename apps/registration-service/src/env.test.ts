import { randomBytes } from 'node:crypto'
import { readEnv } from '@rollcall/platform'
import { expect, test } from 'vitest'
import { RegistrationEnv } from './env.ts'

const REGISTRATION_PUSH_SECRET = `whsec_${randomBytes(32).toString('base64')}`
const read = (env: Readonly<Record<string, string>>) => readEnv(RegistrationEnv, { REGISTRATION_PUSH_SECRET, ...env })

test('the defaults are those of one machine, without faults', () => {
  expect(read({})).toMatchObject({
    REGISTRATION_PORT: 5003,
    REGISTRATION_PUSH_URL: 'http://127.0.0.1:5000/api/registrations/events',
    REGISTRATION_FAULTS: false,
  })
})

test('faults are refused in production', () => {
  const production = { NODE_ENV: 'production', DATABASE_URL: 'file:/data/rollcall.db' }
  expect(read({ REGISTRATION_FAULTS: 'true' }).REGISTRATION_FAULTS).toBe(true)
  expect(read(production).REGISTRATION_FAULTS).toBe(false)
  expect(() => read({ ...production, REGISTRATION_FAULTS: 'true' })).toThrow(
    /REGISTRATION_FAULTS: expected false where NODE_ENV is production/,
  )
})

test.each(['', 'whsec_', 'whsec_short', 'secret', `whsec_${'A'.repeat(31)}`, `whsec_${randomBytes(65).toString('base64')}`])(
  'a secret of the push that is none (%#) is refused without being quoted',
  (secret) => {
    const refused = () => readEnv(RegistrationEnv, { REGISTRATION_PUSH_SECRET: secret })
    expect(refused).toThrow(/REGISTRATION_PUSH_SECRET: /)
    expect(refused).not.toThrow(/REGISTRATION_PUSH_SECRET: .*(short|AAAA)/)
  },
)

test.each(['api', 'ftp://host/', 'file:///etc/passwd'])('%s is no address to push to', (url) => {
  expect(() => read({ REGISTRATION_PUSH_URL: url })).toThrow(/REGISTRATION_PUSH_URL: expected an address/)
})
