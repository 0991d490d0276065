import { describe, expect, test } from 'vitest'
import { cronFault } from './cron-fault.ts'
import { isFault, parseCron } from './parse-cron.ts'

function fieldsOf(cron: string) {
  const parsed = parseCron(cron)
  if (isFault(parsed)) throw new Error(parsed.fault)
  return parsed
}

describe('a cron expression', () => {
  test('has five fields of numbers, ranges, steps, lists and names', () => {
    expect(fieldsOf(' */20  8-10,22 1 JAN-mar,12 mon-FRI ')).toEqual({
      minute: { values: [0, 20, 40], any: false },
      hour: { values: [8, 9, 10, 22], any: false },
      dayOfMonth: { values: [1], any: false },
      month: { values: [1, 2, 3, 12], any: false },
      dayOfWeek: { values: [1, 2, 3, 4, 5], any: false },
    })
  })

  test('means by */59 the minutes 0 and 59', () => {
    expect(fieldsOf('*/59 * * * *').minute.values).toEqual([0, 59])
  })

  test('counts a step from where it begins', () => {
    expect(fieldsOf('5/20 10-20/4 * * *')).toMatchObject({ minute: { values: [5, 25, 45] }, hour: { values: [10, 14, 18] } })
  })

  test('knows Sunday as 0 and as 7, once', () => {
    expect(fieldsOf('0 0 * * 0,7').dayOfWeek.values).toEqual([0])
    expect(fieldsOf('0 0 * * 5-7').dayOfWeek.values).toEqual([0, 5, 6])
  })

  test('is unrestricted where it has a star, in whatever way that is written', () => {
    expect(fieldsOf('* */1 * * *')).toMatchObject({ minute: { any: true }, hour: { any: true }, dayOfMonth: { any: true } })
    expect(fieldsOf('0 0 1-31 * 1').dayOfMonth.any).toBe(false)
  })
})

test.each([
  ['', 'expected five fields (minute, hour, day of month, month, day of week), got 0'],
  ['0 0 * *', 'expected five fields (minute, hour, day of month, month, day of week), got 4'],
  ['10 3 1 10 * *', 'expected five fields (minute, hour, day of month, month, day of week), got 6'],
  ['@daily', 'expected five fields (minute, hour, day of month, month, day of week), got 1'],
  ['61 * * * *', 'minute: 61 is not 0-59'],
  ['* 24 * * *', 'hour: 24 is not 0-23'],
  ['* * 0 * *', 'day of month: 0 is not 1-31'],
  ['* * * 13 *', 'month: 13 is not 1-12 or JAN-DEC'],
  ['* * * * 8', 'day of week: 8 is not 0-7 or SUN-SAT'],
  ['* * * * MONDAY', 'day of week: MONDAY is not 0-7 or SUN-SAT'],
  ['*/60 * * * *', 'minute: the step 60 is not 1-59'],
  ['*/0 * * * *', 'minute: the step 0 is not 1-59'],
  ['* 20-8 * * *', 'hour: "20-8" runs backwards'],
  ['1,,2 * * * *', 'minute: "" is no number, range (1-5), step (*/15) or list of these'],
  ['*-5 * * * *', 'minute: "*-5" is no number, range (1-5), step (*/15) or list of these'],
  ['H * * * *', 'minute: H is not 0-59'],
  ['-5 * * * *', 'minute: "-5" is no number, range (1-5), step (*/15) or list of these'],
  ['* * L * *', 'day of month: L is not 1-31'],
  ['* * * * 5#3', 'day of week: "5#3" is not 0-7 or SUN-SAT'],
  ['60 24 * * *', 'minute: 60 is not 0-59; hour: 24 is not 0-23'],
  ['0 0 30,31 2 *', 'day of month: none of these days comes in these months'],
  ['0 0 31 4,6,9,11 *', 'day of month: none of these days comes in these months'],
  [`${'1,'.repeat(150)}1 * * * *`, 'longer than 200 characters'],
])('of "%s" it is said what is wrong', (cron, fault) => {
  expect(cronFault(cron)).toBe(fault)
})

test.each(['0 */6 * * *', '0 */2 * * *', '*/30 * * * *', '0 2 * * *', '0 0 29 2 *', '0 0 31 2 MON'])('"%s" is right', (cron) => {
  expect(cronFault(cron)).toBeNull()
})
