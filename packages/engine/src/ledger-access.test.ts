import { describe, expect, test } from 'vitest'
import { decide } from './decide.ts'
import type { Dispatcher, StateJob } from './dispatcher.ts'
import { engineErrors, LedgerUnavailableError } from './errors.ts'
import type { Ledger } from './ledger.ts'
import { type Change, createLedgerAccess } from './ledger-access.ts'
import type { Notice } from './notice.ts'
import { prepareRun } from './prepare-run.ts'
import type { Run } from './run.ts'
import { shopping } from './test-support/shopping.ts'
import { createInMemoryLedger } from './testing/in-memory-ledger.ts'

/** A ledger with so many runs in RESERVE, whose every call is noted and may be made to fail. */
async function arrange({ runs: count = 3 } = {}) {
  const memory = createInMemoryLedger()
  const runs = Array.from({ length: count }, (_, index) =>
    prepareRun({
      ...{ process: shopping, input: { customer: `c${index}` }, groupUuid: 'g', requestedBy: 't', priority: 1, now: 0 },
      newId: () => `run-${index}`,
    }),
  )
  await memory.accept({ groupUuid: 'g', request: null, runs })
  const calls: string[] = []
  let refuse = (_uuid: string): Error | null => null
  const check = (uuids: readonly string[]) => {
    for (const uuid of uuids) {
      const error = refuse(uuid)
      if (error) throw error
    }
  }
  const ledger: Ledger = {
    ...memory,
    async read(uuids) {
      calls.push(`read ${uuids.join(' ')}`)
      check(uuids)
      return memory.read(uuids)
    },
    async commit(transitions) {
      calls.push(`commit ${transitions.map(({ uuid }) => uuid).join(' ')}`)
      check(transitions.map(({ uuid }) => uuid))
      return memory.commit(transitions)
    },
    async commitWith(change) {
      calls.push(`commitWith ${change.transition.uuid}`)
      check([change.transition.uuid])
      return memory.commitWith(change)
    },
  }
  const enqueued: StateJob[] = []
  const notices: Notice[] = []
  let queueFault: Error | null = null
  const dispatcher: Pick<Dispatcher, 'enqueue' | 'restore'> = {
    restore: async (jobs) => jobs.length,
    async enqueue(jobs) {
      if (queueFault) throw queueFault
      calls.push(`enqueue ${jobs.map(({ uuid }) => uuid).join(' ')}`)
      enqueued.push(...jobs)
    },
  }
  const access = createLedgerAccess({ ledger, dispatcher, notify: (notice) => void notices.push(notice) })
  return {
    memory,
    calls,
    enqueued,
    notices,
    access,
    refuseWhen: (predicate: typeof refuse) => {
      refuse = predicate
    },
    breakQueue: (error: Error) => {
      queueFault = error
    },
  }
}

function changeOf(run: Run, changes: Partial<Change> = {}): Change {
  const happened = { kind: 'answer', answer: { outcome: 'reserved', received: { number: 1 } } } as const
  const given = { looks: 0, durationMs: 1, resourceClosed: false, now: 5, random: 0.5, newId: () => crypto.randomUUID() }
  const decision = decide({ process: shopping, run, happened, ...given })
  if (decision.kind !== 'advance') throw new Error('The test expected an advance.')
  const job: StateJob = { process: 'shopping', state: 'ORDER', uuid: run.uuid, version: 2, priority: 1, delayMs: 0 }
  return { transition: decision.transition, write: null, start: [], jobs: [job], ...changes }
}

const gone = new LedgerUnavailableError(engineErrors.LEDGER_UNAVAILABLE)
const statuses = (settled: readonly PromiseSettledResult<unknown>[]) => settled.map(({ status }) => status)

describe('reads that arrive together', () => {
  test('are one question, in which nobody is named twice, and each gets his run', async () => {
    const { access, calls } = await arrange()
    const read = await Promise.all(['run-1', 'run-0', 'nobody', 'run-1'].map(access.read))
    expect(read.map((run) => run?.uuid)).toEqual(['run-1', 'run-0', undefined, 'run-1'])
    expect(calls).toEqual(['read run-1 run-0 nobody'])
  })

  test('do not suffer from one row that cannot be read', async () => {
    const { access, refuseWhen } = await arrange()
    refuseWhen((uuid) => (uuid === 'run-1' ? new SyntaxError('Unexpected token') : null))
    const settled = await Promise.allSettled(['run-0', 'run-1', 'run-2'].map(access.read))
    expect(statuses(settled)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  })

  test('are not asked one by one when the ledger is away', async () => {
    const { access, calls, refuseWhen } = await arrange()
    refuseWhen(() => gone)
    const settled = await Promise.allSettled(['run-0', 'run-1', 'run-2'].map(access.read))
    expect(settled).toMatchObject([{ reason: gone }, { reason: gone }, { reason: gone }])
    expect(calls).toEqual(['read run-0 run-1 run-2'])
  })
})

describe('commits that arrive together', () => {
  test('share a transaction; then the next jobs are enqueued together', async () => {
    const { access, calls, memory } = await arrange()
    expect(await Promise.all(memory.runs().map((run) => access.commit(changeOf(run))))).toEqual([true, true, true])
    expect(calls).toEqual(['commit run-0 run-1 run-2', 'enqueue run-0 run-1 run-2'])
  })

  test('let one of two of the same version win, and enqueue its next job once', async () => {
    const { access, calls, enqueued, memory } = await arrange()
    const [run, other] = [memory.run('run-0'), memory.run('run-1')]
    const won = await Promise.all([changeOf(run), changeOf(other), changeOf(run)].map(access.commit))
    expect(won).toEqual([true, true, false])
    expect(calls.slice(0, 2)).toEqual(['commit run-0 run-1', 'commit run-0'])
    expect(enqueued.map(({ uuid }) => uuid)).toEqual(['run-0', 'run-1'])
    expect(memory.history('run-0')).toHaveLength(1)
  })

  test('do not suffer from one that cannot be written', async () => {
    const { access, enqueued, memory, refuseWhen } = await arrange()
    refuseWhen((uuid) => (uuid === 'run-1' ? new Error('the value is too long') : null))
    const settled = await Promise.allSettled(memory.runs().map((run) => access.commit(changeOf(run))))
    expect(statuses(settled)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(settled[1]).toMatchObject({ reason: { message: 'the value is too long' } })
    expect(enqueued.map(({ uuid }) => uuid)).toEqual(['run-0', 'run-2'])
    expect(memory.runs().map(({ state }) => state)).toEqual(['ORDER', 'RESERVE', 'ORDER'])
  })

  test('are not tried one by one when the ledger is away', async () => {
    const { access, calls, enqueued, memory, refuseWhen } = await arrange()
    refuseWhen(() => gone)
    const settled = await Promise.allSettled(memory.runs().map((run) => access.commit(changeOf(run))))
    expect(settled).toMatchObject([{ reason: gone }, { reason: gone }, { reason: gone }])
    expect(calls).toEqual(['commit run-0 run-1 run-2'])
    expect(enqueued).toEqual([])
  })

  test('are no more than 500 in one transaction', async () => {
    const { access, calls, memory } = await arrange({ runs: 501 })
    await Promise.all(memory.runs().map((run) => access.commit(changeOf(run))))
    const sizes = calls.filter((call) => call.startsWith('commit ')).map((call) => call.split(' ').length - 1)
    expect(sizes).toEqual([500, 1])
  })
})

describe('a commit', () => {
  test('with writes of its own, or runs to start, has a transaction of its own', async () => {
    const { access, calls, memory } = await arrange()
    const written: string[] = []
    const write = async () => void written.push('row')
    const [first, second] = [memory.run('run-0'), memory.run('run-1')]
    const parent = memory.run('run-2')
    const start = [prepareRun({ process: shopping, input: { customer: 'new' }, parent, now: 5, newId: () => 'started' })]
    await Promise.all([access.commit(changeOf(first, { write })), access.commit(changeOf(second, { start }))])
    expect(calls.slice(0, 2)).toEqual(['commitWith run-0', 'commitWith run-1'])
    expect(written).toEqual(['row'])
    expect(memory.run('started').state).toBe('RESERVE')
  })

  test('that comes too late enqueues nothing', async () => {
    const { access, enqueued, memory } = await arrange()
    const stale = changeOf(memory.run('run-0'))
    await memory.commit([stale.transition])
    expect(await access.commit(stale)).toBe(false)
    expect(enqueued).toEqual([])
  })

  test('of an ending asks nothing of the queue', async () => {
    const { access, calls, memory } = await arrange()
    await access.commit(changeOf(memory.run('run-0'), { jobs: [] }))
    expect(calls).toEqual(['commit run-0'])
  })

  test('stands although the queue cannot be reached: that is told, and no error', async () => {
    const { access, breakQueue, memory, notices } = await arrange()
    breakQueue(new Error("Stream isn't writeable"))
    expect(await Promise.all(memory.runs().map((run) => access.commit(changeOf(run))))).toEqual([true, true, true])
    expect(notices).toEqual([{ kind: 'queueUnreachable', jobs: 3, message: "Stream isn't writeable" }])
    expect(memory.run('run-0').state).toBe('ORDER')
  })
})
