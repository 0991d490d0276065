import { describe, expect, test } from 'vitest'
import { dueTimes, nextDueAfter } from './due-times.ts'

const SOFIA = 'Europe/Sofia'
const at = (iso: string) => Date.parse(iso)

/** One by one, as a schedule is advanced: each from the last. */
function oneByOne({ cron, timeZone, from, to }: { cron: string; timeZone: string; from: string; to: string }): string[] {
  const times: string[] = []
  for (let time = nextDueAfter({ cron, timeZone }, at(from)); time < at(to); time = nextDueAfter({ cron, timeZone }, time))
    times.push(new Date(time).toISOString())
  return times
}

function inARow({ cron, timeZone, from, to }: { cron: string; timeZone: string; from: string; to: string }): string[] {
  const times = dueTimes({ cron, timeZone }, at(from))
  return Array.from({ length: 200 }, () => times.next().value)
    .filter((time) => time < at(to))
    .map((time) => new Date(time).toISOString())
}

test('come after the time that is asked for, never at it', () => {
  expect(nextDueAfter({ cron: '0 * * * *', timeZone: 'UTC' }, at('2026-09-01T08:00:00Z'))).toBe(at('2026-09-01T09:00:00Z'))
  expect(nextDueAfter({ cron: '0 * * * *', timeZone: 'UTC' }, at('2026-09-01T07:59:59.999Z'))).toBe(at('2026-09-01T08:00:00Z'))
  expect(nextDueAfter({ cron: '*/59 * * * *', timeZone: 'UTC' }, at('2026-09-01T08:00:00.001Z'))).toBe(at('2026-09-01T08:59:00Z'))
})

test('follow the time zone, not the machine', () => {
  expect(nextDueAfter({ cron: '0 2 * * *', timeZone: SOFIA }, at('2026-01-10T12:00:00Z'))).toBe(at('2026-01-11T00:00:00Z'))
  expect(nextDueAfter({ cron: '0 2 * * *', timeZone: SOFIA }, at('2026-07-10T12:00:00Z'))).toBe(at('2026-07-10T23:00:00Z'))
})

test('come on the 29th of February, however long that takes', () => {
  expect(nextDueAfter({ cron: '0 0 29 2 *', timeZone: 'UTC' }, at('2028-03-01T00:00:00Z'))).toBe(at('2032-02-29T00:00:00Z'))
})

test('of a bad expression or time zone are refused with the setting that is wrong', () => {
  expect(() => nextDueAfter({ cron: '61 * * * *', timeZone: 'UTC' }, 0)).toThrowErrorMatchingInlineSnapshot(
    `[ScheduleSettingsError: A setting of the schedule is not what it may be. cron: minute: 61 is not 0-59]`,
  )
  expect(() => nextDueAfter({ cron: '0 * * * *', timeZone: 'Europe/Sofija' }, 0)).toThrowErrorMatchingInlineSnapshot(
    `[ScheduleSettingsError: A setting of the schedule is not what it may be. timeZone: "Europe/Sofija" is no time zone; expected a name of the IANA database, such as UTC or Europe/Sofia]`,
  )
  expect(() => nextDueAfter({ cron: '0 * * * *', timeZone: '+02:00' }, 0)).toThrowErrorMatchingInlineSnapshot(
    `[ScheduleSettingsError: A setting of the schedule is not what it may be. timeZone: "+02:00" is no time zone; expected a name of the IANA database, such as UTC or Europe/Sofia]`,
  )
})

// On 28 March 2027 at 03:00 clocks in Sofia go to 04:00 (01:00 UTC); on 25 October 2026 at 04:00 they go back to 03:00 (01:00 UTC).
describe.each([
  ['each from the one before', oneByOne],
  ['all in a row', inARow],
])('around a change of the clock in Sofia, %s,', (_how, times) => {
  const spring = { timeZone: SOFIA, from: '2027-03-26T12:00:00Z', to: '2027-03-30T12:00:00Z' }
  const autumn = { timeZone: SOFIA, from: '2026-10-23T12:00:00Z', to: '2026-10-27T12:00:00Z' }

  test('a daily time that is left out in spring comes in the hour after, once', () => {
    expect(times({ cron: '30 3 * * *', ...spring })).toEqual([
      '2027-03-27T01:30:00.000Z',
      '2027-03-28T01:30:00.000Z',
      '2027-03-29T00:30:00.000Z',
      '2027-03-30T00:30:00.000Z',
    ])
  })

  test('a daily time that comes twice in autumn is served once', () => {
    const served = times({ cron: '30 3 * * *', ...autumn })
    expect(served).toHaveLength(4)
    expect(served[0]).toBe('2026-10-24T00:30:00.000Z')
    expect(['2026-10-25T00:30:00.000Z', '2026-10-25T01:30:00.000Z']).toContain(served[1])
    expect(served.slice(2)).toEqual(['2026-10-26T01:30:00.000Z', '2026-10-27T01:30:00.000Z'])
  })

  test('what comes every half hour comes every half hour', () => {
    for (const change of [spring, autumn]) {
      const served = times({ cron: '*/30 * * * *', ...change }).map(at)
      expect(new Set(served.slice(1).map((time, index) => time - (served[index] ?? 0)))).toEqual(new Set([1_800_000]))
    }
  })

  test('what comes every two hours loses at most one time, and never comes twice', () => {
    for (const change of [spring, autumn]) {
      const served = times({ cron: '0 */2 * * *', ...change }).map(at)
      const gaps = served.slice(1).map((time, index) => (time - (served[index] ?? 0)) / 3_600_000)
      expect(gaps.filter((gap) => gap !== 2).length).toBeLessThanOrEqual(2)
      expect(Math.min(...gaps)).toBeGreaterThanOrEqual(1)
      expect(Math.max(...gaps)).toBeLessThanOrEqual(3)
    }
  })

  test('times away from the change keep to the clock on the wall', () => {
    for (const change of [spring, autumn]) {
      const wall = times({ cron: '15 8 * * *', ...change }).map((time) =>
        new Date(time).toLocaleTimeString('en-GB', { timeZone: SOFIA, hour: '2-digit', minute: '2-digit' }),
      )
      expect(wall).toEqual(['08:15', '08:15', '08:15', '08:15'])
    }
  })
})
