import { randomBytes } from 'node:crypto'
import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { createSealer, sealingKeysSetting } from './create-sealer.ts'
import { readEnv } from './read-env.ts'

const KEY_A = `a:${randomBytes(32).toString('base64')}`
const KEY_B = `b:${randomBytes(32).toString('base64')}`
const Env = z.object({ CREDENTIAL_KEYS: sealingKeysSetting })

function sealer(text: string) {
  return createSealer({ keys: readEnv(Env, { CREDENTIAL_KEYS: text }).CREDENTIAL_KEYS })
}

const context = 'person-1|student'

test('opens what it sealed', () => {
  const { open, seal } = sealer(KEY_A)
  expect(open({ sealed: seal({ plain: 'Пароль-1 ✓', context }), context })).toBe('Пароль-1 ✓')
})

test('writes version, key id, nonce and ciphertext, and never the same twice', () => {
  const { seal } = sealer(KEY_A)
  const first = seal({ plain: 'secret', context })
  expect(first).toMatch(/^v1\.a\.[\w-]{16}\.[\w-]+$/)
  expect(seal({ plain: 'secret', context })).not.toBe(first)
})

test('refuses to open under another context', () => {
  const { open, seal } = sealer(KEY_A)
  const sealed = seal({ plain: 'secret', context })
  expect(() => open({ sealed, context: 'person-2|student' })).toThrowErrorMatchingInlineSnapshot(
    `[CodedError: A sealed secret cannot be opened. It was sealed for something else, or changed since.]`,
  )
})

test('notices a changed bit in every part', () => {
  const { open, seal } = sealer(KEY_A)
  const parts = seal({ plain: 'secret', context }).split('.')
  for (const part of [2, 3]) {
    const bytes = Buffer.from(parts[part] ?? '', 'base64url')
    bytes[0] = (bytes[0] ?? 0) ^ 1
    const sealed = parts.with(part, bytes.toString('base64url')).join('.')
    expect(() => open({ sealed, context })).toThrow('A sealed secret cannot be opened.')
  }
})

test('seals with the first key and opens with any, so that keys can be exchanged', () => {
  const old = sealer(KEY_A).seal({ plain: 'old', context })
  const both = sealer(`${KEY_B},${KEY_A}`)
  const fresh = both.seal({ plain: 'new', context })
  expect(both.open({ sealed: old, context })).toBe('old')
  expect(fresh).toMatch(/^v1\.b\./)
  expect(() => sealer(KEY_B).open({ sealed: old, context })).toThrowErrorMatchingInlineSnapshot(
    `[CodedError: The key that sealed a secret is not configured. Its id is a; add it to CREDENTIAL_KEYS.]`,
  )
})

test('tells under which key something was sealed, whether or not it has that key', () => {
  const old = sealer(KEY_A).seal({ plain: 'old', context })
  const both = sealer(`${KEY_B},${KEY_A}`)
  expect(both.keyIds).toEqual(['b', 'a'])
  expect([old, both.seal({ plain: 'new', context })].map(both.keyIdOf)).toEqual(['a', 'b'])
  expect(sealer(KEY_B).keyIdOf(old)).toBe('a')
  expect(both.keyIdOf('v1.a.b')).toBeNull()
})

test.each(['', 'v1.a.b', 'v2.a.bbbb.cccccccccccccccccccccccc', 'v1.a.AAAA.AAAA', 'v1.a.AAAA.AAAAAAAAAAAAAAAAAAAAAAAAAAAA.A'])(
  'refuses "%s", which it did not make',
  (sealed) => {
    expect(() => sealer(KEY_A).open({ sealed, context })).toThrow('A sealed secret cannot be opened.')
  },
)

test.each([
  ['no id', randomBytes(32).toString('base64')],
  ['a key that is too short', `a:${randomBytes(16).toString('base64')}`],
  ['one of two wrong', `${KEY_A},b:nonsense`],
  ['two keys of one id', `${KEY_A},a:${randomBytes(32).toString('base64')}`],
])('refuses settings with %s, without quoting them', (_what, text) => {
  expect(() => readEnv(Env, { CREDENTIAL_KEYS: text })).toThrow(/CREDENTIAL_KEYS: /)
  expect(() => readEnv(Env, { CREDENTIAL_KEYS: text })).not.toThrow(text)
})

test('keeps the keys out of printed settings', () => {
  const env = readEnv(Env, { CREDENTIAL_KEYS: KEY_A })
  const bytes = Buffer.from(KEY_A.slice(2), 'base64')
  for (const printed of [inspect(env, { depth: 9, showHidden: true }), JSON.stringify(env)]) {
    expect(printed).not.toContain(KEY_A.slice(2))
    expect(printed).not.toContain(bytes.toString('hex'))
  }
})
