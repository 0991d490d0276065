import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { StateJob } from '../dispatcher.ts'
import { engineErrors, LedgerUnavailableError } from '../errors.ts'
import type { AcceptInput } from '../ledger.ts'
import type { Notice } from '../notice.ts'
import { prepareRun } from '../prepare-run.ts'
import { shopping, sweeping } from '../test-support/shopping.ts'
import { createInMemoryLedger } from '../testing/in-memory-ledger.ts'
import { createVirtualClock, STORY_START } from '../testing/virtual-clock.ts'
import { createAcceptRuns } from './accept-runs.ts'

function arrange() {
  const clock = createVirtualClock()
  const ledger = createInMemoryLedger()
  const enqueued: StateJob[] = []
  const notices: Notice[] = []
  let tries = 0
  let isQueueAway = false
  const dispatcher = {
    async enqueue(jobs: readonly StateJob[]) {
      tries += 1
      if (isQueueAway) throw new Error("Stream isn't writeable")
      enqueued.push(...jobs)
    },
  }
  const acceptRuns = createAcceptRuns({ ledger, dispatcher, notify: (notice) => void notices.push(notice) })
  let drawn = 0
  const aRequest = (customers: readonly string[], request: AcceptInput['request'] = null): AcceptInput => ({
    groupUuid: 'g',
    request,
    runs: customers.map((customer) =>
      prepareRun({
        ...{ process: shopping, input: { customer }, groupUuid: 'g', requestedBy: 't', priority: 1_001, now: clock.now() },
        newId: () => {
          drawn += 1
          return `run-${drawn}`
        },
      }),
    ),
  })
  return {
    ...{ clock, ledger, enqueued, notices, acceptRuns, aRequest },
    tries: () => tries,
    setQueueAway: (isAway: boolean) => {
      isQueueAway = isAway
    },
  }
}

describe('accepting', () => {
  test('writes the runs, and then enqueues the first job of each', async () => {
    const { acceptRuns, aRequest, enqueued, ledger } = arrange()
    expect(await acceptRuns(aRequest(['c1', 'c2']))).toMatchObject({ kind: 'accepted', runs: [{ inserted: true }, { inserted: true }] })
    expect(ledger.runs()).toHaveLength(2)
    expect(enqueued).toEqual([
      { process: 'shopping', state: 'RESERVE', uuid: 'run-1', version: 1, priority: 1_001, delayMs: 0 },
      { process: 'shopping', state: 'RESERVE', uuid: 'run-2', version: 1, priority: 1_001, delayMs: 0 },
    ])
  })

  test('lets a process that begins by waiting wait', async () => {
    const { acceptRuns, enqueued } = arrange()
    const run = prepareRun({
      ...{ process: sweeping, input: { shelf: 'a' }, groupUuid: 'g', requestedBy: 't', priority: 1, now: STORY_START },
      newId: () => 'sweep',
    })
    await acceptRuns({ groupUuid: 'g', request: null, runs: [run] })
    expect(enqueued).toMatchObject([{ uuid: 'sweep', delayMs: 15 * 60_000 }])
  })

  test('enqueues nothing for a run that lives already, nor for a request that is repeated', async () => {
    const { acceptRuns, aRequest, enqueued } = arrange()
    const request = { caller: 'upstream', key: 'k', bodyHash: 'h', items: [], createdAt: 0, expiresAt: 1 }
    await acceptRuns(aRequest(['c1'], request))
    expect(await acceptRuns(aRequest(['c1']))).toMatchObject({ runs: [{ uuid: 'run-1', inserted: false }] })
    expect(await acceptRuns(aRequest(['c2'], request))).toMatchObject({ kind: 'repeated' })
    expect(enqueued.map(({ uuid }) => uuid)).toEqual(['run-1'])
  })

  test('fails where the ledger cannot be reached, and enqueues nothing', async () => {
    const { acceptRuns, aRequest, enqueued, ledger } = arrange()
    Object.assign(ledger, { accept: async () => Promise.reject(new LedgerUnavailableError(engineErrors.LEDGER_UNAVAILABLE)) })
    await expect(acceptRuns(aRequest(['c1']))).rejects.toBeInstanceOf(LedgerUnavailableError)
    expect(enqueued).toEqual([])
  })
})

describe('while the queue is away', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  test('runs are accepted all the same; it is told, and left alone for five seconds', async () => {
    const { acceptRuns, aRequest, ledger, notices, setQueueAway, tries } = arrange()
    setQueueAway(true)
    expect(await acceptRuns(aRequest(['c1', 'c2']))).toMatchObject({ kind: 'accepted' })
    expect(notices).toEqual([{ kind: 'queueUnreachable', jobs: 2, message: "Stream isn't writeable" }])
    await vi.advanceTimersByTimeAsync(4_999)
    await acceptRuns(aRequest(['c3']))
    expect(tries()).toBe(1)
    expect(ledger.runs()).toHaveLength(3)
  })

  test('what it did not take is offered again until it takes it, whether or not anybody asks for more', async () => {
    const { acceptRuns, aRequest, enqueued, notices, setQueueAway, tries } = arrange()
    setQueueAway(true)
    await acceptRuns(aRequest(['c1', 'c2']))
    await acceptRuns(aRequest(['c3']))
    await vi.advanceTimersByTimeAsync(5_000)
    expect(notices).toMatchObject([{ jobs: 2 }, { jobs: 3 }])
    setQueueAway(false)
    await vi.advanceTimersByTimeAsync(5_000)
    expect(enqueued.map(({ uuid }) => uuid)).toEqual(['run-1', 'run-2', 'run-3'])
    await vi.advanceTimersByTimeAsync(60_000)
    expect(tries()).toBe(3)
    await acceptRuns(aRequest(['c4']))
    expect(enqueued.map(({ uuid }) => uuid)).toEqual(['run-1', 'run-2', 'run-3', 'run-4'])
  })

  test('it keeps ten thousand of them; the others are in the ledger, where reconcile finds them', async () => {
    const { acceptRuns, aRequest, enqueued, ledger, setQueueAway } = arrange()
    setQueueAway(true)
    await acceptRuns(aRequest(Array.from({ length: 6_000 }, (_, index) => `a${index}`)))
    await acceptRuns(aRequest(Array.from({ length: 6_000 }, (_, index) => `b${index}`)))
    setQueueAway(false)
    await vi.advanceTimersByTimeAsync(5_000)
    expect(enqueued).toHaveLength(10_000)
    expect(new Set(enqueued.map(({ uuid }) => uuid)).size).toBe(10_000)
    expect(ledger.runs()).toHaveLength(12_000)
  })
})
