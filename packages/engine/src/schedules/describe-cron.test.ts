import { expect, test } from 'vitest'
import { describeCron } from './describe-cron.ts'
import { ScheduleSettingsError } from './setting-faults.ts'

const NOW = Date.UTC(2026, 8, 1, 8, 10)

test.each([
  ['*/59 * * * *', 'Fires at :00 and :59 of every hour, every day (UTC).'],
  ['*/30 * * * *', 'Fires at :00 and :30 of every hour, every day (UTC).'],
  ['* * * * *', 'Fires every minute, every day (UTC).'],
  ['0 2 * * *', 'Fires at 02:00, every day (UTC).'],
  ['0 */6 * * *', 'Fires at 00:00, 06:00, 12:00 and 18:00, every day (UTC).'],
  ['0 */2 * * *', 'Fires at :00 of the hours 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20 and 22, every day (UTC).'],
  ['0-10,30 8-18 * * MON-FRI', 'Fires at :00-:10 and :30 of the hours 8-18, every Monday-Friday (UTC).'],
  ['* 5 * * *', 'Fires every minute of the hour 5, every day (UTC).'],
  ['10 3 1 10 *', 'Fires at 03:10, on day 1 of the month in October (UTC).'],
  ['0 0 1,15 * *', 'Fires at 00:00, on day 1 and 15 of every month (UTC).'],
  ['0 0 1 * MON', 'Fires at 00:00, on day 1 of every month and also every Monday (UTC).'],
  ['0 0 * 1-3,12 7', 'Fires at 00:00, every Sunday in January-March and December (UTC).'],
])('says of "%s" when it really fires', (cron, sentence) => {
  expect(describeCron({ cron, timeZone: 'UTC' }, NOW).sentence).toBe(sentence)
})

test('shows the next five times', () => {
  const next = (cron: string) => describeCron({ cron, timeZone: 'UTC' }, NOW).next.map((time) => new Date(time).toISOString().slice(0, 16))
  expect(next('*/59 * * * *')).toEqual(['2026-09-01T08:59', '2026-09-01T09:00', '2026-09-01T09:59', '2026-09-01T10:00', '2026-09-01T10:59'])
  // The trap of the earlier system: a seconds-first expression that lost its seconds fires once a year, not once a day.
  expect(next('10 3 1 10 *')).toEqual(['2026-10-01T03:10', '2027-10-01T03:10', '2028-10-01T03:10', '2029-10-01T03:10', '2030-10-01T03:10'])
})

test('names the time zone, and shows its times over a change of the clock', () => {
  const { sentence, next } = describeCron({ cron: '0 2 * * *', timeZone: 'Europe/Sofia' }, Date.UTC(2026, 9, 23, 12))
  expect(sentence).toBe('Fires at 02:00, every day (Europe/Sofia).')
  expect(next.slice(0, 3).map((time) => new Date(time).toISOString())).toEqual([
    '2026-10-23T23:00:00.000Z',
    '2026-10-24T23:00:00.000Z',
    '2026-10-26T00:00:00.000Z',
  ])
})

test('refuses what is no cron expression, with the setting', () => {
  const describe = () => describeCron({ cron: '61 * * * *', timeZone: 'UTC' }, NOW)
  expect(describe).toThrow(ScheduleSettingsError)
  expect(describe).toThrow('cron: minute: 61 is not 0-59')
})
