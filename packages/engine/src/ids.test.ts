import { expect, test } from 'vitest'
import { createIds } from './ids.ts'
import { createVirtualClock } from './testing/virtual-clock.ts'

test('ids are version 7 UUIDs of the time at which they were made', () => {
  const clock = createVirtualClock(0x0123456789ab)
  expect(createIds(clock)()).toMatch(/^01234567-89ab-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
})

test('ids of one millisecond sort in the order in which they were made', () => {
  const newId = createIds(createVirtualClock())
  const ids = Array.from({ length: 10_000 }, newId)
  expect(ids.toSorted()).toEqual(ids)
  expect(new Set(ids).size).toBe(10_000)
})

test('ids go on rising when the clock is set back', () => {
  let now = 1_000_000
  const newId = createIds({ now: () => now })
  const before = newId()
  now = 400_000
  const after = newId()
  now = 1_000_001
  expect([before, after, newId()].toSorted()).toEqual([before, after, expect.any(String)])
  expect(after > before).toBe(true)
})

test('two processes of one millisecond make different ids', () => {
  const clock = createVirtualClock()
  const [one, other] = [createIds(clock), createIds(clock)]
  const ids = Array.from({ length: 2_000 }, (_, index) => (index % 2 === 0 ? one() : other()))
  expect(new Set(ids).size).toBe(2_000)
})
