import { expect, test } from 'vitest'
import { createMetrics } from './create-metrics.ts'
import { createNotify } from './create-notify.ts'
import { captureLogs } from './test-support/capture-logs.ts'

const run = { uuid: 'r-1', process: 'account-create', state: 'POLL_USER_CREATE', version: 3 }

function watcher() {
  const logs = captureLogs()
  const metrics = createMetrics({ app: 'test', processMetrics: false })
  let elapsed = 0
  const notify = createNotify({ logger: logs.logger, metrics, elapsed: () => elapsed })
  const value = async (name: string, labels: Record<string, string> = {}) => {
    const found = await metrics.registry.getSingleMetric(name)?.get()
    return found?.values.find((one) => Object.entries(labels).every(([key, label]) => String(one.labels[key]) === label))?.value ?? 0
  }
  const pass = (ms: number) => {
    elapsed += ms
  }
  return { ...logs, notify, value, pass }
}

test('makes no noise about a look that found nothing yet', async () => {
  const { notify, said, value } = watcher()
  notify({ kind: 'waited', run, delayMs: 500, errorCode: null, message: null })
  notify({ kind: 'waited', run, delayMs: 500, errorCode: 'DIRECTORY_THROTTLED', message: 'The directory asked us to wait.' })
  expect(said('info', 'warn', 'error')).toEqual([])
  expect(await value('rollcall_waits_total', { code: '' })).toBe(1)
  expect(await value('rollcall_waits_total', { code: 'DIRECTORY_THROTTLED' })).toBe(1)
})

test('logs how a run ended, and its steps in between for debugging only', async () => {
  const { notify, said, value } = watcher()
  notify({ kind: 'advanced', run, to: 'AWAITING_ENROLLMENT', durationMs: 120, errorCode: null })
  notify({ kind: 'advanced', run, to: 'COMPLETED', durationMs: 80, errorCode: null })
  notify({ kind: 'advanced', run, to: 'FAILED', durationMs: 80, errorCode: 'DIRECTORY_REFUSED_DATA' })
  expect(said('debug', 'info', 'warn')).toEqual(['debug: run advanced', 'info: run ended', 'warn: run failed'])
  expect(await value('rollcall_transitions_total', { state: 'POLL_USER_CREATE', to: 'FAILED' })).toBe(1)
  expect(await value('rollcall_handler_duration_seconds', { state: 'POLL_USER_CREATE', le: '0.1' })).toBe(2)
})

test('says nothing of canaries that arrive', () => {
  const { notify, said } = watcher()
  notify({ kind: 'advanced', run: { ...run, process: 'canary' }, to: 'COMPLETED', durationMs: 1, errorCode: null })
  expect(said('info', 'warn', 'error')).toEqual([])
})

test('counts retries by code and warns of each', async () => {
  const { lines, notify, value } = watcher()
  notify({ kind: 'retried', run, attempt: 2, delayMs: 900, errorCode: 'DIRECTORY_BUSY', message: 'The directory was busy.' })
  expect(lines).toMatchObject([{ level: 'warn', run: 'r-1', attempt: 2, code: 'DIRECTORY_BUSY', detail: 'The directory was busy.' }])
  expect(await value('rollcall_retries_total', { process: 'account-create', code: 'DIRECTORY_BUSY' })).toBe(1)
})

test('warns of superseded work only if it had an effect', async () => {
  const { notify, said, value } = watcher()
  notify({ kind: 'superseded', run, effect: false })
  notify({ kind: 'superseded', run, effect: true })
  expect(said('info', 'warn')).toEqual(['warn: work came too late to count; its effect is in the history'])
  expect(await value('rollcall_superseded_total', { effect: 'true' })).toBe(1)
})

test('tells of an outage every ten seconds, and counts every call', async () => {
  const { notify, pass, said, value } = watcher()
  for (let calls = 0; calls < 50; calls += 1) notify({ kind: 'ledgerUnreachable', message: 'The database cannot be reached.' })
  notify({ kind: 'queueUnreachable', jobs: 1, message: 'Connection is closed.' })
  pass(10_000)
  notify({ kind: 'ledgerUnreachable', message: 'The database cannot be reached.' })
  expect(said('warn')).toEqual([
    'warn: the ledger cannot be reached; jobs wait until it can',
    'warn: the queue cannot be reached; reconcile will enqueue what is missing',
    'warn: the ledger cannot be reached; jobs wait until it can',
  ])
  expect(await value('rollcall_unreachable_total', { what: 'ledger' })).toBe(51)
})

test('raises an error when a resource is closed, and follows it in a gauge', async () => {
  const { notify, said, value } = watcher()
  notify({ kind: 'resourceClosed', resource: 'graph', errorCode: 'DIRECTORY_FORBIDDEN', cause: 'Our application may not do this.' })
  expect(await value('rollcall_resource_closed', { resource: 'graph' })).toBe(1)
  notify({ kind: 'resourceReopened', resource: 'graph', closedForMs: 60_000 })
  expect(await value('rollcall_resource_closed', { resource: 'graph' })).toBe(0)
  expect(said('error', 'warn')).toHaveLength(2)
})

test('warns of repairs, and of nothing when queue and ledger agree', async () => {
  const { notify, said, value } = watcher()
  notify({ kind: 'reconciled', examined: 10, restored: 0, flushed: false })
  notify({ kind: 'reconciled', examined: 10, restored: 2, flushed: false })
  notify({ kind: 'reconciled', examined: 10, restored: 10, flushed: true })
  expect(said('warn')).toEqual([
    'warn: jobs were missing in the queue and were put back',
    'warn: the queue had been away or had lost its memory, and was filled again from the ledger',
  ])
  expect(await value('rollcall_reconcile_repairs_total')).toBe(12)
})

test('calls for a person when something unexpected happens', async () => {
  const { lines, notify, value } = watcher()
  notify({ kind: 'unexpected', run: null, message: '2 live runs stand in a state that no process has.' })
  expect(lines).toMatchObject([{ level: 'error', detail: '2 live runs stand in a state that no process has.' }])
  expect(await value('rollcall_unexpected_total')).toBe(1)
})

test('warns of what is held back for a person, which is nothing unexpected', async () => {
  const { lines, notify, value } = watcher()
  const one = { uuid: 'r-1', version: 3 }
  notify({ kind: 'approvalNeeded', run: one, message: 'The run waits for an approval.' })
  notify({ kind: 'pushesHeld', run: one, message: 'Too many.' })
  expect(lines).toMatchObject([
    { level: 'warn', run: 'r-1', version: 3, msg: 'a run waits for an approval' },
    { level: 'warn', detail: 'Too many.', msg: 'pushes are held back until the next sync' },
  ])
  expect(await value('rollcall_unexpected_total')).toBe(0)
})
