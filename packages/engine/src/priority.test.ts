import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isBulk, LANES, laneOf, priorityOf } from './priority.ts'

const lane = fc.constantFrom(...LANES)
const ahead = fc.nat({ max: 5_000_000 })

test('a single request goes before a normal one, and both before bulk, however many of their school stand before them', () => {
  fc.assert(
    fc.property(ahead, ahead, (one, other) => {
      expect(priorityOf({ lane: 'interactive', ahead: one })).toBeLessThan(priorityOf({ lane: 'normal', ahead: other }))
      expect(priorityOf({ lane: 'normal', ahead: one })).toBeLessThan(priorityOf({ lane: 'bulk', ahead: other }))
    }),
  )
})

test('within a lane a school steps back once for every 20 of its runs', () => {
  expect([0, 19, 20, 399, 400].map((count) => priorityOf({ lane: 'normal', ahead: count }))).toEqual([1_001, 1_001, 1_002, 1_020, 1_021])
})

test('every priority is one that BullMQ respects: whole, at least 1, at most 2^21', () => {
  fc.assert(
    fc.property(lane, ahead, (one, count) => {
      const priority = priorityOf({ lane: one, ahead: count })
      expect(Number.isInteger(priority)).toBe(true)
      expect(priority).toBeGreaterThanOrEqual(1)
      expect(priority).toBeLessThan(2 ** 21)
    }),
  )
})

test('a lane is known by the priority alone', () => {
  fc.assert(
    fc.property(lane, ahead, (one, count) => {
      const priority = priorityOf({ lane: one, ahead: count })
      expect(laneOf(priority)).toBe(one)
      expect(isBulk(priority)).toBe(one === 'bulk')
    }),
  )
})

test('nobody gains by asking for more: who has more of his school before him never goes first', () => {
  fc.assert(
    fc.property(lane, ahead, ahead, (one, fewer, more) => {
      const [first, second] = [Math.min(fewer, more), Math.max(fewer, more)]
      expect(priorityOf({ lane: one, ahead: first })).toBeLessThanOrEqual(priorityOf({ lane: one, ahead: second }))
    }),
  )
})
