import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { dueTimes, nextDueAfter } from './due-times.ts'
import { wallTimeAt } from './wall-clock.ts'

const SOFIA = 'Europe/Sofia'
/** Thousands of times, on a machine that may be busy. */
const PATIENCE_MS = 60_000
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

  test('a daily time that comes twice in autumn is served the first time', () => {
    expect(times({ cron: '30 3 * * *', ...autumn })).toEqual([
      '2026-10-24T00:30:00.000Z',
      '2026-10-25T00:30:00.000Z',
      '2026-10-26T01:30:00.000Z',
      '2026-10-27T01:30:00.000Z',
    ])
  })

  test('what comes every half hour comes every half hour', () => {
    for (const change of [spring, autumn]) {
      const served = times({ cron: '*/30 * * * *', ...change }).map(at)
      expect(new Set(served.slice(1).map((time, index) => time - (served[index] ?? 0)))).toEqual(new Set([1_800_000]))
    }
  })

  test('what comes every two hours keeps to the wall, where an hour more or less has passed', () => {
    const gapsOf = (change: typeof spring) => {
      const served = times({ cron: '0 */2 * * *', ...change }).map(at)
      return served.slice(1).flatMap((time, index) => {
        const hours = (time - (served[index] ?? 0)) / 3_600_000
        return hours === 2 ? [] : [hours]
      })
    }
    expect(gapsOf(spring)).toEqual([1])
    expect(gapsOf(autumn)).toEqual([3])
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

test('left out times that fall together with others are served once', () => {
  const night = { cron: '*/30 2-4 * * *', timeZone: SOFIA, from: '2027-03-27T22:00:00Z', to: '2027-03-28T12:00:00Z' }
  const served = ['2027-03-28T00:00:00.000Z', '2027-03-28T00:30:00.000Z', '2027-03-28T01:00:00.000Z', '2027-03-28T01:30:00.000Z']
  expect(inARow(night)).toEqual(served)
  expect(oneByOne(night)).toEqual(served)
})

describe('in whatever time zone, around whatever change of its clock,', () => {
  /** Half an hour in Lord Howe; at midnight in Santiago and Cairo. */
  const start = fc
    .constantFrom(
      { timeZone: 'Europe/Sofia', change: '2026-10-25T01:00:00Z' },
      { timeZone: 'Europe/Sofia', change: '2027-03-28T01:00:00Z' },
      { timeZone: 'America/New_York', change: '2026-11-01T06:00:00Z' },
      { timeZone: 'Australia/Lord_Howe', change: '2027-04-03T15:00:00Z' },
      { timeZone: 'Australia/Lord_Howe', change: '2026-10-03T15:30:00Z' },
      { timeZone: 'America/Santiago', change: '2027-04-04T03:00:00Z' },
      { timeZone: 'America/Santiago', change: '2026-09-06T04:00:00Z' },
      { timeZone: 'Africa/Cairo', change: '2026-10-29T21:00:00Z' },
    )
    .chain(({ timeZone, change }) =>
      fc.record({
        timeZone: fc.constant(timeZone),
        from: fc.integer({ min: -40, max: 10 }).map((hours) => at(change) + hours * 1_800_000),
      }),
    )
  const minutes = fc.constantFrom('0', '30', '*/15', '5,55', '*/59')
  const hours = fc.constantFrom('0', '1', '3', '*/2', '1,3', '2-4', '22-23', '0,23', '*/5')
  const HOURS_SEEN = 30

  test('the times that follow are the same however one came there, and no wall time is served twice', { timeout: PATIENCE_MS }, () => {
    fc.assert(
      fc.property(start, minutes, hours, ({ timeZone, from }, minute, hour) => {
        const cron = `${minute} ${hour} * * *`
        const window = { cron, timeZone, from: new Date(from).toISOString(), to: new Date(from + HOURS_SEEN * 3_600_000).toISOString() }
        const served = inARow(window)
        expect(oneByOne(window)).toEqual(served)
        expect(served).toEqual([...new Set(served)].sort())
        const shown = served.map((time) => wallTimeAt(at(time), timeZone))
        expect(new Set(shown).size).toBe(shown.length)
      }),
      { numRuns: 25 },
    )
  })

  test('what comes in every hour comes whenever the clock on the wall says so', { timeout: PATIENCE_MS }, () => {
    fc.assert(
      fc.property(start, minutes, ({ timeZone, from }, minute) => {
        const cron = `${minute} * * * *`
        const window = { cron, timeZone, from: new Date(from).toISOString(), to: new Date(from + HOURS_SEEN * 3_600_000).toISOString() }
        const wanted = new Set(minute === '*/59' ? [0, 59] : minute === '*/15' ? [0, 15, 30, 45] : minute.split(',').map(Number))
        const all = Array.from({ length: HOURS_SEEN * 60 - 1 }, (_none, index) => from + (index + 1) * 60_000)
        const said = all.filter((time) => wanted.has(new Date(wallTimeAt(time, timeZone)).getUTCMinutes()))
        expect(inARow(window)).toEqual(said.map((time) => new Date(time).toISOString()))
      }),
      { numRuns: 15 },
    )
  })
})
