import { expect, test } from 'vitest'
import { engineErrors, LedgerUnavailableError } from '../errors.ts'
import type { Notice } from '../notice.ts'
import { prepareRun } from '../prepare-run.ts'
import { createStateToday } from '../reconcile.ts'
import { shopping } from '../test-support/shopping.ts'
import { createInMemoryLedger } from '../testing/in-memory-ledger.ts'
import { createInMemoryQueue } from '../testing/in-memory-queue.ts'
import { createVirtualClock } from '../testing/virtual-clock.ts'
import { restoreAccepted } from './restore-accepted.ts'

function arrange() {
  const clock = createVirtualClock()
  const ledger = createInMemoryLedger()
  const dispatcher = createInMemoryQueue(clock)
  const notices: Notice[] = []
  let drawn = 0
  const deps = {
    ledger,
    dispatcher,
    clock,
    notify: (notice: Notice) => void notices.push(notice),
    stateToday: createStateToday([shopping]),
    signal: new AbortController().signal,
  }
  /** As somebody who is killed right after the commit accepts them. */
  async function acceptOnly(count: number): Promise<void> {
    const runs = Array.from({ length: count }, () => {
      drawn += 1
      const uuid = `run-${String(drawn).padStart(5, '0')}`
      const from = { groupUuid: 'g', requestedBy: 't', priority: 7, now: clock.now() }
      return prepareRun({ process: shopping, input: { customer: uuid }, newId: () => uuid, ...from })
    })
    await ledger.accept({ groupUuid: 'g', request: null, runs })
  }
  return { clock, dispatcher, notices, deps, acceptOnly, queued: () => dispatcher.jobs().map(({ job }) => job.uuid) }
}

test('enqueues what was accepted and is not in the queue, as possibly begun', async () => {
  const { acceptOnly, clock, deps, dispatcher } = arrange()
  await acceptOnly(1)
  clock.moveTo(clock.now() + 1_000)
  expect(await restoreAccepted(deps)).toBe(1)
  expect(await restoreAccepted(deps)).toBe(0)
  expect(dispatcher.jobs().map(({ job }) => job)).toEqual([
    { process: 'shopping', state: 'RESERVE', uuid: 'run-00001', version: 1, priority: 7, delayMs: 0, again: true },
  ])
})

test('leaves to reconcile what has been due for more than two minutes', async () => {
  const { acceptOnly, clock, deps, queued } = arrange()
  await acceptOnly(1)
  clock.moveTo(clock.now() + 121_000)
  await acceptOnly(1)
  clock.moveTo(clock.now() + 1_000)
  await restoreAccepted(deps)
  expect(queued()).toEqual(['run-00002'])
})

test('goes on behind a thousand', async () => {
  const { acceptOnly, clock, deps, queued } = arrange()
  await acceptOnly(2_500)
  clock.moveTo(clock.now() + 1_000)
  expect(await restoreAccepted(deps)).toBe(2_500)
  expect(new Set(queued()).size).toBe(2_500)
})

test('stops behind the page at which its process is told to end', async () => {
  const { acceptOnly, clock, deps, dispatcher } = arrange()
  await acceptOnly(1_500)
  clock.moveTo(clock.now() + 1_000)
  const ending = new AbortController()
  const restore: typeof dispatcher.restore = (jobs) => {
    ending.abort()
    return dispatcher.restore(jobs)
  }
  expect(await restoreAccepted({ ...deps, dispatcher: { restore }, signal: ending.signal })).toBe(1_000)
})

test('says what it could not reach, and leaves the rest to reconcile', async () => {
  const { acceptOnly, clock, deps, notices } = arrange()
  await acceptOnly(1)
  clock.moveTo(clock.now() + 1_000)
  expect(await restoreAccepted({ ...deps, dispatcher: { restore: () => Promise.reject(new Error('no Redis')) } })).toBe(0)
  const away = new LedgerUnavailableError(engineErrors.LEDGER_UNAVAILABLE)
  expect(await restoreAccepted({ ...deps, ledger: { due: () => Promise.reject(away) } })).toBe(0)
  expect(notices).toMatchObject([{ kind: 'queueUnreachable', message: 'no Redis' }, { kind: 'ledgerUnreachable' }])
})
