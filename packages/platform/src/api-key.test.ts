import { expect, test } from 'vitest'
import { createApiKey, hashApiKey } from './api-key.ts'

test('makes keys that name their role and carry 256 random bits', () => {
  const { key } = createApiKey('operator')
  expect(key).toMatch(/^rk_o_[\w-]{43}$/)
  expect(createApiKey('operator').key).not.toBe(key)
})

test('finds a key by its hash', () => {
  const { key, hash } = createApiKey('upstream')
  expect(hashApiKey(key)).toBe(hash)
  expect(hash).toMatch(/^[0-9a-f]{64}$/)
})

test('hashes with SHA-256', () => {
  expect(hashApiKey('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
})
