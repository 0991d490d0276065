import { expect, test } from 'vitest'
import { assertMayEnableCleanup, DRY_RUN_HOLDS_MS, type SeenDryRun } from './may-enable-cleanup.ts'

const NOW = Date.UTC(2026, 10, 22)
const REACH = { olderThanDays: 180, limitMinimum: 20, limitPercent: 5 }

function enabling(changes: Partial<SeenDryRun['run']> = {}, { status = 'completed' as SeenDryRun['status'], reach = {} } = {}) {
  const run = { job: 'accountCleanup' as const, dryRun: true, config: { batchSize: 50, ...REACH }, startedAt: NOW - 1_000, ...changes }
  return () => assertMayEnableCleanup({ seen: { run, status }, reach: { ...REACH, ...reach }, now: NOW })
}

test('lets an operator enable the clean-up who names a dry run that shows what it would do', () => {
  expect(enabling()).not.toThrow()
  expect(enabling({ startedAt: NOW - DRY_RUN_HOLDS_MS })).not.toThrow()
  expect(enabling({ config: { ...REACH, batchSize: 7, limitMinimum: 21, limitPercent: 5.5 } })).not.toThrow()
})

test('wants one to be named', () => {
  expect(() => assertMayEnableCleanup({ seen: null, reach: REACH, now: NOW })).toThrowErrorMatchingInlineSnapshot(
    `[TerminalError: The clean-up may be enabled only after a dry run whose result you have seen. None was named.]`,
  )
})

test.each([
  ['a run that closed accounts', enabling({ dryRun: false }), 'is no dry run of it'],
  ['a dry run of another job', enabling({ job: 'userStatusSync' }), 'is no dry run of it'],
  ['one that is still going', enabling({}, { status: 'in_progress' }), 'is in_progress'],
  ['one that failed', enabling({}, { status: 'failed' }), 'is failed'],
  ['one of eight days ago', enabling({ startedAt: NOW - DRY_RUN_HOLDS_MS - 1 }), 'more than seven days old'],
  ['one that looked for older accounts', enabling({ config: { ...REACH, olderThanDays: 365 } }), 'looked for 365 days, not for 180'],
  ['one that would have waited for an approval', enabling({}, { reach: { limitMinimum: 21 } }), 'limitMinimum of 20, not of 21'],
  ['one of fewer per cent', enabling({}, { reach: { limitPercent: 100 } }), 'limitPercent of 5, not of 100'],
  ['one whose settings are not known', enabling({ config: { olderThanDays: 180 } }), 'cannot be read'],
])('takes not %s', (_, enable, why) => {
  expect(enable).toThrow(why)
})
