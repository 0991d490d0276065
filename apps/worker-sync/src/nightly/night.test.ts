import { expect, test } from 'vitest'
import { nightAt } from './night.ts'

const at = (text: string) => Date.parse(`${text}Z`)
const oneToFive = { fromMinute: 60, toMinute: 300 }
const lateToEarly = { fromMinute: 22 * 60, toMinute: 2 * 60 + 30 }

test.each([
  ['2026-09-01T00:59:59.999', null],
  ['2026-09-01T01:00', '2026-09-01T01:00'],
  ['2026-09-01T04:59:59.999', '2026-09-01T01:00'],
  ['2026-09-01T05:00', null],
])('from one to five it is night: %s', (now, began) => {
  expect(nightAt(at(now), oneToFive)).toEqual(began && { name: '2026-09-01', asOf: at(began) })
})

test.each([
  ['2026-09-01T21:59', null],
  ['2026-09-01T22:00', '2026-09-01T22:00'],
  ['2026-09-02T02:29', '2026-09-01T22:00'],
  ['2026-09-02T02:30', null],
])('a night may pass midnight, and is named after the day on which it began: %s', (now, began) => {
  expect(nightAt(at(now), lateToEarly)).toEqual(began && { name: '2026-09-01', asOf: at(began) })
})

test('between equal times it is always night, and old is what is old now', () => {
  const now = at('2026-09-01T13:17')
  expect(nightAt(now, { fromMinute: 60, toMinute: 60 })).toEqual({ name: '2026-09-01', asOf: now })
})
