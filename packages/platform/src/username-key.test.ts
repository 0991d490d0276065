import { createSecretKey, randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { fingerprintOf, usernameKeySetting } from './username-key.ts'

test('a key is known again by its fingerprint, in whatever base64 it was written, and by nothing of itself', () => {
  const bytes = randomBytes(32)
  const fingerprint = fingerprintOf(usernameKeySetting.parse(bytes.toString('base64')))
  expect(fingerprint).toMatch(/^[0-9a-f]{32}$/)
  expect(fingerprintOf(usernameKeySetting.parse(bytes.toString('base64url')))).toBe(fingerprint)
  expect(fingerprintOf(createSecretKey(randomBytes(32)))).not.toBe(fingerprint)
  expect(bytes.toString('hex')).not.toContain(fingerprint)
})

// Databases hold it: another way of making it would refuse every fleet its own key.
test('a fingerprint stays what it was made as', () => {
  expect(fingerprintOf(createSecretKey(Buffer.alloc(32, 7)))).toMatchInlineSnapshot(`"6727f2d3d2951a9d24af4c9e2db13760"`)
})
