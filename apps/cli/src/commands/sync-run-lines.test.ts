import { expect, test } from 'vitest'
import { runLines } from './sync-run-lines.ts'

type Run = Parameters<typeof runLines>[0]['run']

const AT = '2026-09-01T08:00:00.000Z'
const step = {
  ...({ createdAt: AT, operationType: 'AWAITED_APPROVAL', status: 'success', version: 2, attempt: 0, durationMs: 1, count: null } as const),
  ...{ errorCode: null, errorMessage: null, submittedData: null, receivedData: null },
}
// As it comes over the wire: the client's type says of such objects only that they are some.
const submittedData = JSON.parse('{"signal":"approval","outcome":"refused","sentBy":"n\\u001b[31mina","sentAt":"2026-09-01T08:00:00.000Z"}')

const refused: Run = {
  ...{ uuid: 'r-1', job: 'userStatusSync', trigger: 'manual', requestedBy: 'clock', reason: null, dryRun: false, stands: 'partial' },
  ...{ state: 'COMPLETED', version: 3, paused: null, startedAt: AT, endedAt: AT, heartbeatAt: AT, errorCode: null, errorMessage: null },
  ...{ counters: null, config: { batchSize: 50 }, batches: 1, overruns: [], report: null },
  history: [
    { ...step, state: 'DECIDE' },
    { ...step, state: 'AWAIT_APPROVAL', submittedData },
  ],
}

test('says who has answered a run that waited, and how', () => {
  const lines = runLines({ run: refused, terminal: { style: (_, text) => text }, now: 0 })
  expect(lines.slice(-2)).toEqual([
    '  2026-09-01 08:00:00Z  DECIDE            success',
    expect.stringMatching(/AWAIT_APPROVAL {4}success \(approval: refused by n.*ina\)$/),
  ])
  expect(lines.join('')).not.toContain('\u001b')
})
