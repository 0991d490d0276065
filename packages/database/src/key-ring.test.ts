import { createVirtualClock } from '@rollcall/engine/testing'
import { expect, it } from 'vitest'
import type { ApiKey } from './api-keys.ts'
import { createKeyRing, REMEMBERED_MS } from './key-ring.ts'

const key: ApiKey = { id: '1', name: 'roster', role: 'upstream', createdAt: 0, createdBy: 'test', expiresAt: null, revokedAt: null }

function ringOver(answers: { readonly findActive: () => Promise<ApiKey | null> }) {
  const clock = createVirtualClock()
  let questions = 0
  const findActive = () => {
    questions += 1
    return answers.findActive()
  }
  return { clock, ring: createKeyRing({ apiKeys: { findActive }, clock }), questions: () => questions }
}

it('asks once for requests that arrive together, and again after ten seconds', async () => {
  const { clock, ring, questions } = ringOver({ findActive: async () => key })
  expect(await Promise.all([ring.find('a'), ring.find('a'), ring.find('a')])).toEqual([key, key, key])
  clock.moveTo(clock.now() + REMEMBERED_MS - 1)
  await ring.find('a')
  expect(questions()).toBe(1)
  clock.moveTo(clock.now() + 1)
  await ring.find('a')
  expect(questions()).toBe(2)
})

it('forgets a key that was revoked within ten seconds', async () => {
  let revoked = false
  const { clock, ring } = ringOver({ findActive: async () => (revoked ? null : key) })
  await ring.find('a')
  revoked = true
  clock.moveTo(clock.now() + REMEMBERED_MS)
  expect(await ring.find('a')).toBeNull()
})

it('knows no key beyond its expiry, remembered or not', async () => {
  const clock = createVirtualClock()
  const expiring = { ...key, expiresAt: clock.now() + 2_000 }
  const ring = createKeyRing({ apiKeys: { findActive: async () => expiring }, clock })
  expect(await ring.find('a')).toEqual(expiring)
  clock.moveTo(clock.now() + 2_000)
  expect(await ring.find('a')).toBeNull()
})

it('remembers wrong guesses, too, but no failed question', async () => {
  const wrong = ringOver({ findActive: async () => null })
  await wrong.ring.find('a')
  await wrong.ring.find('a')
  expect(wrong.questions()).toBe(1)

  const away = ringOver({ findActive: () => Promise.reject(new Error('SQL is away')) })
  await expect(away.ring.find('a')).rejects.toThrow('SQL is away')
  await expect(away.ring.find('a')).rejects.toThrow('SQL is away')
  expect(away.questions()).toBe(2)
})

it('remembers ten thousand answers at most, the newest', async () => {
  const { ring, questions } = ringOver({ findActive: async () => null })
  for (let guess = 0; guess <= 10_000; guess += 1) await ring.find(`guess ${guess}`)
  await ring.find('guess 1')
  expect(questions()).toBe(10_001)
  await ring.find('guess 0')
  expect(questions()).toBe(10_002)
})
