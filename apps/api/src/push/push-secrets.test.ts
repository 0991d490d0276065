import { randomBytes } from 'node:crypto'
import { readEnv } from '@rollcall/platform'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { pushSecretsSetting } from './push-secrets.ts'

const secretOf = (bytes: number) => `whsec_${randomBytes(bytes).toString('base64')}`
const read = (REGISTRATION_PUSH_SECRET: string) =>
  readEnv(z.object({ REGISTRATION_PUSH_SECRET: pushSecretsSetting }), { REGISTRATION_PUSH_SECRET }).REGISTRATION_PUSH_SECRET

describe('the secrets of pushes', () => {
  it('are none, one, or several with commas between', () => {
    const [one, other] = [secretOf(24), secretOf(64)]
    expect(read('')).toEqual([])
    expect(read(one)).toEqual([one])
    expect(read(`${one}, ${other}`)).toEqual([one, other])
  })

  it.each(['secret', secretOf(23), secretOf(65), 'whsec_', 'whsec_====', `${secretOf(32)},secret`])(
    'that are none are refused, and not quoted: %#',
    (text) => {
      expect(() => read(text)).toThrow(
        'REGISTRATION_PUSH_SECRET: expected whsec_ and 24 to 64 bytes in base64; several with commas between',
      )
    },
  )
})
