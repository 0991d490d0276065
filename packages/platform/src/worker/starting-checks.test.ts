import { createIds, defineProcess, prepareRun } from '@rollcall/engine'
import { createInMemoryLedger, createVirtualClock } from '@rollcall/engine/testing'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { canary } from '../canary/process.ts'
import { createMetrics } from '../create-metrics.ts'
import { captureLogs } from '../test-support/capture-logs.ts'
import { assertStatesKnown } from './assert-states-known.ts'
import { checkClock } from './check-clock.ts'

function clockAhead(offsetMs: number, roundTripMs = 0) {
  const clock = createVirtualClock()
  const logs = captureLogs()
  const metrics = createMetrics({ app: 'test', processMetrics: false })
  const leases = {
    async now() {
      clock.moveTo(clock.now() + roundTripMs / 2)
      const theirs = clock.now() - offsetMs
      clock.moveTo(clock.now() + roundTripMs / 2)
      return theirs
    },
  }
  return { ...logs, metrics, check: () => checkClock({ leases, clock, logger: logs.logger, metrics }) }
}

test.each([0, 1_999, -1_999])('accepts a clock that is %i ms ahead', async (offset) => {
  const { check, lines } = clockAhead(offset)
  expect(await check()).toBe(offset)
  expect(lines).toEqual([])
})

test.each([2_001, -9_999])('alerts about a clock that is %i ms ahead', async (offset) => {
  const { check, lines, metrics } = clockAhead(offset)
  await check()
  expect(lines).toMatchObject([{ level: 'error', offsetMs: offset }])
  expect((await metrics.clockOffsetSeconds.get()).values).toMatchObject([{ value: offset / 1_000 }])
})

test('refuses a clock that is more than ten seconds off', async () => {
  await expect(clockAhead(10_001).check()).rejects.toThrowErrorMatchingInlineSnapshot(
    `[CodedError: This machine's clock is too far from the database's. It is 10001 ms ahead; at most 10000 ms are accepted. Is NTP running?]`,
  )
})

test('does not take a slow database for a wrong clock', async () => {
  const { check, lines } = clockAhead(0, 30_000)
  expect(await check()).toBe(0)
  expect(lines).toEqual([])
})

const departed = defineProcess({
  name: 'departed',
  input: z.object({ id: z.string() }),
  about: ({ id }) => ({ type: 'T', subjectId: id, subjectName: null, scopeId: null }),
  start: 'OLD_NAME',
  states: { OLD_NAME: { worker: 'create', next: { done: 'COMPLETED' } } },
})

async function ledgerWithLiveRuns(count: number) {
  const ledger = createInMemoryLedger()
  const newId = createIds(createVirtualClock())
  const runs = Array.from({ length: count }, (_none, index) =>
    prepareRun({ process: departed, input: { id: `s-${index}` }, groupUuid: newId(), requestedBy: 'test', priority: 1, now: 0, newId }),
  )
  await ledger.accept({ groupUuid: newId(), request: null, runs })
  return ledger
}

test('refuses to start while live runs stand in a state that no table knows', async () => {
  const ledger = await ledgerWithLiveRuns(2)
  await expect(assertStatesKnown({ ledger, processes: [canary] })).rejects.toThrowErrorMatchingInlineSnapshot(
    `[CodedError: Live runs stand in states that this release does not know. They stand in departed.OLD_NAME (2). Run the release that knows these states until they are empty, or list their new names in the process's \`renamed\`.]`,
  )
})

test('starts where a table lists the state under its new name', async () => {
  const ledger = await ledgerWithLiveRuns(1)
  const renamed = defineProcess({
    ...departed,
    start: 'NEW_NAME',
    states: { NEW_NAME: { worker: 'create', next: { done: 'COMPLETED' } } },
    renamed: { OLD_NAME: 'NEW_NAME' },
  })
  await expect(assertStatesKnown({ ledger, processes: [canary, renamed] })).resolves.toBeUndefined()
})
