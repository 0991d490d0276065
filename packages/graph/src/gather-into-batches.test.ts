import { directoryCall, rejectionOf } from '@rollcall/provisioning/testing'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Parcel } from './create-delivery.ts'
import { gatherIntoBatches } from './gather-into-batches.ts'
import type { GraphAnswer } from './graph-answer.ts'
import type { GraphRequest } from './graph-request.ts'

const WINDOW_MS = 250
const bulk = directoryCall({ bulk: true })
const interactive = directoryCall()

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

interface Sent {
  readonly parcels: readonly Parcel[]
  readonly signal: AbortSignal
  /** Answers every parcel with what it asked for. */
  answer(): Promise<void>
}

function setUp({ windowMs = WINDOW_MS, atOnce = 2 } = {}) {
  const batches: Sent[] = []
  const send = gatherIntoBatches({
    windowMs,
    atOnce,
    deliver: (parcels, signal) => {
      const { promise, resolve } = Promise.withResolvers<void>()
      batches.push({
        parcels,
        signal,
        async answer() {
          for (const parcel of parcels) parcel.answer(answerTo(parcel.request))
          resolve()
          await vi.advanceTimersByTimeAsync(0)
        },
      })
      return promise
    },
  })
  return {
    send,
    batches,
    /** What went out, batch by batch. */
    routes: () => batches.map(({ parcels }) => parcels.map(({ request }) => request.route)),
    sizes: () => batches.map(({ parcels }) => parcels.length),
  }
}

function write(route: string): GraphRequest {
  return { method: 'POST', route, body: {}, purpose: 'place' }
}

function read(route: string): GraphRequest {
  return { method: 'GET', route, purpose: 'read' }
}

function answerTo({ route }: GraphRequest): GraphAnswer {
  return { kind: 'success', status: 200, body: route, where: '' }
}

function many(count: number, prefix = '/w'): readonly GraphRequest[] {
  return Array.from({ length: count }, (_, index) => write(`${prefix}${index}`))
}

const turn = () => vi.advanceTimersByTimeAsync(0)

describe('gathering calls into batches', () => {
  test('sends an interactive call at once', async () => {
    const { send, routes } = setUp()
    void send(write('/a'), interactive)
    await turn()
    expect(routes()).toEqual([['/a']])
  })

  test('lets a bulk call wait for company until its window has passed', async () => {
    const { send, routes } = setUp()
    void send(write('/a'), bulk)
    await vi.advanceTimersByTimeAsync(WINDOW_MS - 1)
    void send(write('/b'), bulk)
    expect(routes()).toEqual([])
    await vi.advanceTimersByTimeAsync(1)
    expect(routes()).toEqual([['/a', '/b']])
  })

  test('sends twenty bulk calls without waiting, and never more than twenty', async () => {
    const { send, sizes } = setUp()
    for (const request of many(45)) void send(request, bulk)
    await turn()
    expect(sizes()).toEqual([20, 20])
  })

  test('opens a new window for those who come after a window has ended', async () => {
    const { send, batches, sizes } = setUp()
    void send(write('/a'), bulk)
    await vi.advanceTimersByTimeAsync(WINDOW_MS)
    await batches[0]?.answer()
    void send(write('/b'), bulk)
    await vi.advanceTimersByTimeAsync(WINDOW_MS - 1)
    expect(sizes()).toEqual([1])
    await vi.advanceTimersByTimeAsync(1)
    expect(sizes()).toEqual([1, 1])
  })

  test('lets an interactive call take along whatever waits', async () => {
    const { send, routes } = setUp()
    void send(write('/bulk'), bulk)
    await turn()
    void send(write('/now'), interactive)
    await turn()
    expect(routes()).toEqual([['/now', '/bulk']])
  })

  test('sends the interactive calls of one turn together, by twenties', async () => {
    const { send, sizes } = setUp({ atOnce: 1 })
    for (const request of many(25)) void send(request, interactive)
    await turn()
    expect(sizes()).toEqual([20, 5])
  })

  test('holds bulk calls back while enough batches are under way, but no interactive one', async () => {
    const { send, batches, routes, sizes } = setUp({ atOnce: 2 })
    for (const request of many(40)) void send(request, bulk)
    await turn()
    for (const request of many(30, '/late')) void send(request, bulk)
    await vi.advanceTimersByTimeAsync(10 * WINDOW_MS)
    expect(sizes()).toEqual([20, 20])
    void send(write('/now'), interactive)
    await turn()
    expect(sizes()).toEqual([20, 20, 20])
    expect(routes()[2]?.[0]).toBe('/now')
    await batches[0]?.answer()
    expect(sizes()).toEqual([20, 20, 20])
    await batches[1]?.answer()
    // Their window has passed meanwhile: what is left goes although it is less than twenty.
    expect(sizes()).toEqual([20, 20, 20, 11])
  })

  test('gives each caller the answer to its own request', async () => {
    const { send, batches } = setUp()
    const answers = Promise.all(many(3).map((request) => send(request, interactive)))
    await turn()
    await batches[0]?.answer()
    expect((await answers).map((answer) => answer.kind === 'success' && answer.body)).toEqual(['/w0', '/w1', '/w2'])
  })

  test('gives every caller of a batch what kept it from being sent', async () => {
    const { send, batches } = setUp()
    const refusals = Promise.all(many(2).map((request) => rejectionOf(send(request, interactive))))
    await turn()
    const error = new Error('no token')
    for (const parcel of batches[0]?.parcels ?? []) parcel.fail(error)
    expect(await refusals).toEqual([error, error])
  })

  test('sends everything alone and at once where no window is given', async () => {
    const { send, sizes } = setUp({ windowMs: 0, atOnce: 1 })
    void send(read('/same'), bulk)
    void send(read('/same'), bulk)
    void send(write('/c'), interactive)
    await turn()
    expect(sizes()).toEqual([1, 1, 1])
  })
})

describe('writes that change the same', () => {
  const change = (route: string, changes: string): GraphRequest => ({ ...write(route), changes })

  test('go out in different batches, each with whatever else waits', async () => {
    const { send, routes } = setUp({ atOnce: 3 })
    for (const route of ['/a1', '/a2', '/a3']) void send(change(route, 'a'), bulk)
    void send(change('/b1', 'b'), bulk)
    void send(write('/c'), bulk)
    await vi.advanceTimersByTimeAsync(WINDOW_MS)
    expect(routes()).toEqual([['/a1', '/b1', '/c'], ['/a2'], ['/a3']])
  })

  test('are not held back for each other where nobody is to wait', async () => {
    const { send, routes } = setUp({ atOnce: 1 })
    for (const route of ['/a1', '/a2', '/a3']) void send(change(route, 'a'), interactive)
    await turn()
    expect(routes()).toEqual([['/a1'], ['/a2'], ['/a3']])
  })

  test('do not keep the others from filling their batch', async () => {
    const { send, sizes } = setUp({ atOnce: 2 })
    for (const request of many(10, '/a')) void send({ ...request, changes: 'a' }, bulk)
    for (const request of many(30, '/b')) void send(request, bulk)
    await turn()
    expect(sizes()).toEqual([20, 12])
  })
})

describe('reads of the same thing', () => {
  test('are one request while they wait, answered to both', async () => {
    const { send, batches, routes } = setUp()
    const both = Promise.all([send(read('/same'), interactive), send(read('/same'), interactive)])
    await turn()
    expect(routes()).toEqual([['/same']])
    await batches[0]?.answer()
    expect(await both).toEqual([answerTo(read('/same')), answerTo(read('/same'))])
  })

  test('are two where the first is under way: it may have read before whatever the second wants to see', async () => {
    const { send, routes } = setUp()
    void send(read('/same'), interactive)
    await turn()
    void send(read('/same'), interactive)
    await turn()
    expect(routes()).toEqual([['/same'], ['/same']])
  })

  test('go at once where one of them is interactive', async () => {
    const { send, routes } = setUp()
    void send(read('/same'), bulk)
    await turn()
    void send(read('/same'), interactive)
    await turn()
    expect(routes()).toEqual([['/same']])
  })

  test('never stand for two writes', async () => {
    const { send, routes } = setUp()
    void send(write('/same'), interactive)
    void send(write('/same'), interactive)
    await turn()
    expect(routes()).toEqual([['/same', '/same']])
  })
})

describe('a caller that leaves', () => {
  const reason = new Error('The lock of this job is lost.')

  function leaver(overrides: { readonly bulk?: boolean } = {}) {
    const stop = new AbortController()
    return { stop, call: directoryCall({ ...overrides, signal: stop.signal }) }
  }

  test('before it came sends nothing', async () => {
    const { send, batches } = setUp()
    expect(await rejectionOf(send(write('/a'), directoryCall({ signal: AbortSignal.abort(reason) })))).toBe(reason)
    await turn()
    expect(batches).toEqual([])
  })

  test('while it waits is not sent, and leaves the others as they were', async () => {
    const { send, routes } = setUp()
    const { stop, call } = leaver({ bulk: true })
    const left = rejectionOf(send(write('/left'), call))
    void send(write('/stays'), bulk)
    await turn()
    stop.abort(reason)
    expect(await left).toBe(reason)
    await vi.advanceTimersByTimeAsync(WINDOW_MS)
    expect(routes()).toEqual([['/stays']])
  })

  test('while it waits takes the only request along, and nothing is sent', async () => {
    const { send, batches } = setUp()
    const { stop, call } = leaver({ bulk: true })
    const left = rejectionOf(send(read('/left'), call))
    await turn()
    stop.abort(reason)
    await left
    await vi.advanceTimersByTimeAsync(10 * WINDOW_MS)
    expect(batches).toEqual([])
  })

  test('leaves a shared read to whoever waits for it still', async () => {
    const { send, batches } = setUp()
    const { stop, call } = leaver({ bulk: true })
    const left = rejectionOf(send(read('/same'), call))
    const stays = send(read('/same'), bulk)
    stop.abort(reason)
    await left
    await vi.advanceTimersByTimeAsync(WINDOW_MS)
    await batches[0]?.answer()
    expect(await stays).toEqual(answerTo(read('/same')))
  })

  test('under way leaves alone; the batch is aborted once all have left, and not before', async () => {
    const { send, batches } = setUp()
    const [first, second] = [leaver(), leaver()]
    const left = [rejectionOf(send(write('/a'), first.call)), rejectionOf(send(write('/b'), second.call))]
    void send(write('/c'), interactive)
    await turn()
    first.stop.abort(reason)
    expect(await left[0]).toBe(reason)
    expect(batches[0]?.signal.aborted).toBe(false)
    // What has its answer waits for nobody.
    batches[0]?.parcels[2]?.answer(answerTo(write('/c')))
    second.stop.abort(reason)
    expect(await left[1]).toBe(reason)
    expect(batches[0]?.signal.aborted).toBe(true)
  })
})
