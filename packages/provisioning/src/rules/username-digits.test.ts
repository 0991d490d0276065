import { createSecretKey } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createUsernameDigits } from './username-digits.ts'

const keyOf = (byte: number) => createSecretKey(Buffer.alloc(32, byte))
const digits = createUsernameDigits(keyOf(1))

test('the same person gets the same digits again, from whichever process has the key', () => {
  expect(digits({ personId: '0051020304', kind: 'student', nth: 0 })).toMatchInlineSnapshot(`"46008183"`)
  expect(createUsernameDigits(keyOf(1))({ personId: '0051020304', kind: 'student', nth: 0 })).toBe(
    digits({ personId: '0051020304', kind: 'student', nth: 0 }),
  )
})

test('person, kind, place and key each change them', () => {
  const asked = { personId: '1', kind: 'student', nth: 11 } as const
  const all = [
    digits(asked),
    digits({ ...asked, personId: '11', nth: 1 }),
    digits({ ...asked, kind: 'teacher' }),
    digits({ ...asked, nth: 12 }),
    createUsernameDigits(keyOf(2))(asked),
  ]
  expect(new Set(all).size).toBe(all.length)
})

test('there are always eight of them', () => {
  const asked = fc.record({
    personId: fc.stringMatching(/^[A-Za-z0-9-]{1,32}$/),
    kind: fc.constantFrom('student', 'teacher'),
    nth: fc.nat(300),
  })
  fc.assert(
    fc.property(asked, (one) => {
      expect(digits(one)).toMatch(/^\d{8}$/)
    }),
  )
})

test('each digit stands in each place about equally often', () => {
  const MANY = 20_000
  const counts = Array.from({ length: 8 }, () => Array.from({ length: 10 }, () => 0))
  for (let index = 0; index < MANY; index += 1) {
    for (const [place, digit] of [...digits({ personId: `S${index}`, kind: 'student', nth: 0 })].entries()) {
      const row = counts[place]
      if (row) row[Number(digit)] = (row[Number(digit)] ?? 0) + 1
    }
  }
  // Six deviations of what chance leaves; the key is fixed, so that this does not change from run to run.
  const expected = MANY / 10
  for (const count of counts.flat()) expect(Math.abs(count - expected)).toBeLessThan(6 * Math.sqrt(expected * 0.9))
})
