// What becomes of runs when the things around them fail: SQL, Redis, workers, and handlers that do not come back.
import { setImmediate } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { engineErrors, LedgerUnavailableError, RetryAfterError, SystemicError, TerminalError, TransientError } from './errors.ts'
import type { ResourceGate } from './resource-gate.ts'
import { createShopStory } from './test-support/create-shop-story.ts'
import { shopping } from './test-support/shopping.ts'
import { slow, slowHandlers } from './test-support/slow-process.ts'
import { createStory } from './testing/create-story.ts'
import { createInMemoryGate } from './testing/in-memory-gate.ts'

const MINUTE = 60_000
const HAPPY_TRAIL = ['RESERVE success', 'ORDER success', 'POLL_ORDER success', 'STORE success', 'COMPLETED full']

describe('while the ledger cannot be reached', () => {
  test('jobs wait, handlers are not called, and nothing counts', async () => {
    const story = createShopStory()
    const uuid = await story.reach('ORDER')
    story.setLedgerReachable(false)
    await story.play({ forMs: 10 * MINUTE })
    expect(story.shop.seen.ORDER).toEqual([])
    story.setLedgerReachable(true)
    await story.play()

    expect(story.trail(uuid)).toEqual(HAPPY_TRAIL)
    expect(story.ledger.history(uuid).every(({ attempt }) => attempt === 0)).toBe(true)
    expect(story.shop.seen.ORDER).toMatchObject([{ isFirstTry: true }])
    expect(story.notices).toContainEqual({ kind: 'ledgerUnreachable', message: 'The database cannot be reached.' })
  })

  test('an effect that was done is adopted when it is back', async () => {
    const story = createShopStory()
    const uuid = await story.reach('ORDER')
    story.shop.after('ORDER', () => story.setLedgerReachable(false))
    expect(await story.playOne()).toEqual({ kind: 'delayed', delayMs: 7_500 })
    story.setLedgerReachable(true)
    await story.play()
    expect(story.shop.seen.ORDER).toMatchObject([
      { isFirstTry: true, attempt: 0 },
      { isFirstTry: false, attempt: 0 },
    ])
    expect(story.shop.effects).toEqual(['reserve c1', 'order c1', 'store c1'])
    expect(story.trail(uuid)).toEqual(HAPPY_TRAIL)
  })

  test('a fault of the handler is not counted either', async () => {
    const story = createShopStory()
    const uuid = await story.reach('ORDER')
    story.shop.before('ORDER', () => {
      story.setLedgerReachable(false)
      throw new TransientError(engineErrors.UNEXPECTED_ERROR)
    })
    await story.playOne()
    story.setLedgerReachable(true)
    await story.play()
    expect(story.trail(uuid)).toEqual(HAPPY_TRAIL)
  })

  test('a handler that says so is believed', async () => {
    const story = createShopStory()
    const uuid = await story.reach('ORDER')
    story.shop.before('ORDER', () => {
      throw new LedgerUnavailableError(engineErrors.LEDGER_UNAVAILABLE)
    })
    await story.play()
    expect(story.trail(uuid)).toEqual(HAPPY_TRAIL)
  })
})

describe('while Redis does not answer for the resource gate', () => {
  function failing(method: keyof ResourceGate): ResourceGate & { heal(): void } {
    const gate = createInMemoryGate()
    let broken = true
    const answer = async () => Promise.reject(new Error("Stream isn't writeable"))
    return {
      heal: () => {
        broken = false
      },
      ...new Proxy<ResourceGate>(gate, { get: (target, name, self) => Reflect.get(target, name, self) }),
      ...gate,
      [method]: (request: never) => (broken ? answer() : gate[method](request)),
    }
  }

  test('nobody enters, nothing counts, and runs go on when it is back', async () => {
    const gate = failing('enter')
    const story = createShopStory({ gate })
    const uuid = await story.reach('ORDER')
    expect(await story.playOne()).toEqual({ kind: 'delayed', delayMs: 7_500, untried: true })
    await story.play({ forMs: 10 * MINUTE })
    expect(story.shop.seen.ORDER).toEqual([])
    gate.heal()
    await story.play()
    expect(story.trail(uuid)).toEqual(HAPPY_TRAIL)
    expect(story.shop.seen.ORDER).toMatchObject([{ isFirstTry: true }])
  })

  test('an answer stands although the gate could not be told of the success', async () => {
    const story = createShopStory({ gate: failing('noteSuccess') })
    const { uuid } = await story.begin({ process: shopping, input: { customer: 'c1' } })
    await story.play()
    expect(story.trail(uuid)).toEqual(HAPPY_TRAIL)
    expect(story.shop.effects).toEqual(['reserve c1', 'order c1', 'store c1'])
    expect(story.notices).toContainEqual({ kind: 'queueUnreachable', jobs: 0, message: "Stream isn't writeable" })
  })

  test.each([
    ['pause', new RetryAfterError(engineErrors.UNEXPECTED_ERROR, 17_000)],
    ['noteSystemic', new SystemicError(engineErrors.UNEXPECTED_ERROR)],
  ] as const)('an error that %s could not be told of is judged as ever', async (method, error) => {
    const story = createShopStory({ gate: failing(method) })
    const uuid = await story.reach('ORDER')
    story.shop.before('ORDER', () => {
      throw error
    })
    await story.play()
    expect(story.trail(uuid)).toEqual([HAPPY_TRAIL[0], 'ORDER UNEXPECTED_ERROR', ...HAPPY_TRAIL.slice(1)])
    expect(story.ledger.history(uuid).every(({ attempt }) => attempt === 0)).toBe(true)
  })
})

describe('a handler that does not come back in time', () => {
  test('is told to stop, and spends an attempt', async () => {
    const reasons: unknown[] = []
    const never = (signal: AbortSignal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          reasons.push(signal.reason)
          reject(signal.reason)
        })
      })
    const story = createStory({ handlers: [slowHandlers(never)] })
    const { uuid } = await story.begin({ process: slow, input: { id: '1' } })
    await story.play()
    expect(story.trail(uuid)).toEqual(['WAIT HANDLER_TIMEOUT', 'WAIT HANDLER_TIMEOUT', 'FAILED'])
    expect(reasons).toMatchObject([{ message: 'the state has timed out' }, { message: 'the state has timed out' }])
  })

  test('and does its work all the same has it on record when it does', async () => {
    const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    let calls = 0
    const story = createStory({
      handlers: [
        slowHandlers(async () => {
          calls += 1
          await gates[calls - 1]?.promise
        }),
      ],
    })
    const { uuid } = await story.begin({ process: slow, input: { id: '1' } })
    expect(await story.playOne()).toMatchObject({ kind: 'delayed' })
    gates[0]?.resolve()
    await setImmediate()
    expect(story.trail(uuid)).toEqual(['WAIT HANDLER_TIMEOUT', 'WAIT superseded', 'WAIT'])
    expect(story.ledger.history(uuid)[1]).toMatchObject({ version: 1, submittedData: { sent: 1 }, receivedData: { done: true } })
    expect(story.ledger.run(uuid).result).toEqual({})
    expect(story.notices).toContainEqual({ kind: 'superseded', run: { uuid, version: 1 }, effect: true })
  })
})

describe('a job that is taken away from its worker', () => {
  test('before it was begun is left to whoever has it now', async () => {
    const story = createShopStory()
    const uuid = await story.reach('ORDER')
    expect(await story.playOne(AbortSignal.abort('the lock on this job was lost'))).toEqual({
      kind: 'delayed',
      delayMs: 0,
      look: false,
      untried: true,
    })
    expect(story.shop.seen.ORDER).toEqual([])
    expect(story.ledger.run(uuid)).toMatchObject({ version: 2, attempt: 0 })
  })

  test('counts nothing when its handler stops as it was told', async () => {
    const story = createShopStory()
    const uuid = await story.reach('ORDER')
    const lock = new AbortController()
    story.shop.before('ORDER', () => {
      lock.abort(new Error('the lock on this job was lost'))
      lock.signal.throwIfAborted()
    })
    expect(await story.playOne(lock.signal)).toMatchObject({ kind: 'delayed', delayMs: 0 })
    await story.play()
    expect(story.trail(uuid)).toEqual(HAPPY_TRAIL)
  })

  test('still says what it has to say for good', async () => {
    const story = createShopStory()
    const uuid = await story.reach('ORDER')
    const lock = new AbortController()
    story.shop.before('ORDER', () => {
      lock.abort()
      throw new TerminalError(engineErrors.RESULT_MISSING)
    })
    await story.playOne(lock.signal)
    expect(story.ledger.run(uuid).state).toBe('FAILED')
  })

  test('still commits the answer that its handler brought', async () => {
    const story = createShopStory()
    const uuid = await story.reach('ORDER')
    const lock = new AbortController()
    story.shop.after('ORDER', () => lock.abort())
    expect(await story.playOne(lock.signal)).toEqual({ kind: 'done' })
    expect(story.ledger.run(uuid).state).toBe('POLL_ORDER')
  })
})

describe('a run that kills its workers', () => {
  test('is forgiven two deaths; from the third on each one spends an attempt, until the state is given up', async () => {
    const story = createShopStory()
    const uuid = await story.reach('ORDER')
    const die = () => {
      throw new LedgerUnavailableError(engineErrors.LEDGER_UNAVAILABLE, 'Stands for a worker that died before it could say anything.')
    }
    while (story.ledger.run(uuid).state === 'ORDER') {
      const calls = story.shop.seen.ORDER.length
      story.shop.before('ORDER', die)
      await story.playOne()
      if (story.shop.seen.ORDER.length > calls) story.killWorker()
    }
    expect(story.shop.seen.ORDER.map(({ attempt }) => attempt)).toEqual([0, 0, 0, 1, 2])
    expect(story.trail(uuid)).toEqual([HAPPY_TRAIL[0], 'ORDER WORKER_DIED', 'ORDER WORKER_DIED', 'ORDER WORKER_DIED', 'FAILED'])
  })

  test('is worked once more between two deaths that count', async () => {
    const story = createShopStory()
    const uuid = await story.reach('ORDER')
    for (let deaths = 0; deaths < 3; deaths += 1) story.killWorker()
    await story.playOne()
    expect(story.ledger.run(uuid)).toMatchObject({ attempt: 1, errorCode: 'WORKER_DIED' })
    await story.play()
    expect(story.trail(uuid)).toEqual([HAPPY_TRAIL[0], 'ORDER WORKER_DIED', ...HAPPY_TRAIL.slice(1)])
  })

  test('while it polls is still looked at after the deaths, since they may have been the workers’ own', async () => {
    const story = createShopStory({ lagMs: 10 * MINUTE })
    const uuid = await story.reach('POLL_ORDER')
    for (let deaths = 0; deaths < 4; deaths += 1) story.killWorker()
    await story.play()
    expect(story.shop.seen.POLL_ORDER.length).toBeGreaterThan(5)
    expect(story.trail(uuid).at(-1)).toBe('COMPLETED full')
    expect(story.ledger.history(uuid).filter(({ errorCode }) => errorCode === 'WORKER_DIED')).toHaveLength(2)
  })
})
