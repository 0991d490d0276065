// A resource that everybody shares: how it closes, what its runs lose by that (nothing), and how it opens again.
import { describe, expect, test } from 'vitest'
import { engineErrors, LedgerUnavailableError, SystemicError, TransientError } from './errors.ts'
import { createReopen, createResources, FLEET, PROBE_EVERY_MS, PROBE_FEW_EVERY_MS, SYSTEMIC_MS_TO_CLOSE } from './resources.ts'
import { asker } from './test-support/asker.ts'
import { createShopStory, type ShopStory, type ShopStoryOptions } from './test-support/create-shop-story.ts'
import { shopping } from './test-support/shopping.ts'
import { createInMemoryClosures } from './testing/in-memory-closures.ts'
import { createInMemoryGate } from './testing/in-memory-gate.ts'
import { createInMemoryLedger } from './testing/in-memory-ledger.ts'
import { createVirtualClock, STORY_START } from './testing/virtual-clock.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const forbidden = () => {
  throw new SystemicError({ code: 'SHOP_FORBIDDEN', sentence: 'We may not order.', kind: 'systemic', httpStatus: 500, runbook: 'Look.' })
}

/** So many customers, each with a run, and a shop that refuses the next orders. */
async function refused({ customers, refusals, ...options }: ShopStoryOptions & { customers: number; refusals: number }) {
  const story = createShopStory(options)
  story.shop.before('ORDER', ...Array.from({ length: refusals }, () => forbidden))
  const uuids: string[] = []
  for (let index = 1; index <= customers; index += 1) {
    uuids.push((await story.begin({ process: shopping, input: { customer: `c${index}` } })).uuid)
  }
  return { story, uuids }
}

function closings({ notices }: ShopStory) {
  return notices.filter(({ kind }) => kind === 'resourceClosed' || kind === 'resourceReopened')
}

describe('a resource', () => {
  test('stays open after systemic errors of two runs for less than five minutes', async () => {
    const { story, uuids } = await refused({ customers: 2, refusals: 8 })
    await story.play()
    expect(closings(story)).toEqual([])
    expect(uuids.map((uuid) => story.ledger.run(uuid).state)).toEqual(['COMPLETED', 'COMPLETED'])
  })

  test('closes after systemic errors of a single run that has met nothing else for five minutes', async () => {
    const { story, uuids } = await refused({ customers: 1, refusals: 99 })
    await story.play({ forMs: SYSTEMIC_MS_TO_CLOSE - 1 })
    expect(closings(story)).toEqual([])
    await story.play({ forMs: MINUTE })
    expect(closings(story)).toMatchObject([{ kind: 'resourceClosed', errorCode: 'SHOP_FORBIDDEN' }])
    expect(uuids.map((uuid) => story.ledger.run(uuid).attempt)).toEqual([0])
  })

  test('that a single run has closed is probed within half a minute by one that has not met the error', async () => {
    const story = createShopStory()
    let isMended = false
    story.shop.before('ORDER', ...Array.from({ length: 99 }, () => () => isMended || forbidden()))
    await story.begin({ process: shopping, input: { customer: 'c1' } })
    while (closings(story).length === 0) await story.playOne()
    isMended = true
    const { uuid } = await story.begin({ process: shopping, input: { customer: 'c2' } })
    await story.play({ forMs: PROBE_FEW_EVERY_MS + 1_000 })
    expect(closings(story)).toMatchObject([{ kind: 'resourceClosed' }, { kind: 'resourceReopened' }])
    expect(story.shop.effects.filter((effect) => effect.startsWith('order'))).toEqual(['order c2'])
    expect(story.ledger.run(uuid).state).toBe('COMPLETED')
  })

  test('stays open where a success comes between', async () => {
    const story = createShopStory()
    story.shop.before('ORDER', forbidden, forbidden, () => {}, forbidden, forbidden)
    for (const customer of ['c1', 'c2', 'c3', 'c4', 'c5']) await story.begin({ process: shopping, input: { customer } })
    await story.play()
    expect(closings(story)).toEqual([])
  })

  test('closes after systemic errors of three runs: a row with the cause, one notice, and the line stands', async () => {
    const { story } = await refused({ customers: 6, refusals: 99 })
    await story.play({ forMs: 4 * MINUTE })
    expect(await story.closures.list()).toEqual([
      { resource: 'shop', errorCode: 'SHOP_FORBIDDEN', cause: 'We may not order.', closedAt: STORY_START, closedBy: 'story' },
    ])
    expect(closings(story)).toEqual([{ kind: 'resourceClosed', resource: 'shop', errorCode: 'SHOP_FORBIDDEN', cause: 'We may not order.' }])
    expect(story.shop.seen.ORDER).toHaveLength(3)
  })

  test('is probed every five minutes by one run while it is closed', async () => {
    const { story } = await refused({ customers: 6, refusals: 99 })
    await story.play({ forMs: 21 * MINUTE })
    const probes = story.shop.seen.ORDER.slice(3).map(({ at }) => at - STORY_START)
    expect(probes).toHaveLength(4)
    for (const [index, at] of probes.entries()) {
      expect(at).toBeGreaterThanOrEqual((index + 1) * PROBE_EVERY_MS)
      expect(at).toBeLessThan((index + 1) * PROBE_EVERY_MS + MINUTE)
    }
  })

  test('opens when a probe gets through; every run ends, and none has spent an attempt', async () => {
    const { story, uuids } = await refused({ customers: 6, refusals: 5 })
    await story.play()
    expect(closings(story)).toMatchObject([{ kind: 'resourceClosed' }, { kind: 'resourceReopened', resource: 'shop' }])
    expect(await story.closures.list()).toEqual([])
    for (const uuid of uuids) {
      expect(story.ledger.run(uuid).state).toBe('COMPLETED')
      expect(story.ledger.history(uuid).every(({ attempt }) => attempt === 0)).toBe(true)
    }
  })

  test('waits for an operator where a probe may not open it', async () => {
    const limits = [{ name: 'shop', ratePerSecond: 10, burst: 10, reopenByProbe: false }]
    const { story, uuids } = await refused({ customers: 4, refusals: 3, limits })
    await story.play({ forMs: 30 * MINUTE })
    expect(await story.closures.list()).toHaveLength(1)
    expect(await story.reopen('shop')).toBe(true)
    expect(await story.reopen('shop')).toBe(false)
    await story.play()
    expect(uuids.map((uuid) => story.ledger.run(uuid).state)).toEqual(Array(4).fill('COMPLETED'))
  })
})

test('a success is told although the clock was set back since the last one', async () => {
  const clock = createVirtualClock()
  const gate = createInMemoryGate()
  const told: number[] = []
  const resources = createResources({
    gate: { ...gate, noteSuccess: async ({ now }) => void told.push(now) },
    closures: createInMemoryClosures(),
    limits: [],
    clock: { now: () => clock.now() - set },
    notify: () => {},
    instance: 'one',
    reopen: async () => {},
  })
  let set = 0
  for (const back of [0, 0, HOUR]) {
    set = back
    await resources.noteSuccess('shop', null)
  }
  expect(told).toEqual([STORY_START, STORY_START - HOUR])
})

describe('while a resource is closed', () => {
  /** Polls that have waited for an hour of their two when somebody closes the shop. What they wait for takes six and a half. */
  async function closedOverPolls(closedForMs: number) {
    const story = createShopStory({ lagMs: 6.5 * HOUR, limits: [{ name: 'shop', ratePerSecond: 1, burst: 1, reopenByProbe: false }] })
    const uuids = [await story.reach('POLL_ORDER', 'p1'), await story.reach('POLL_ORDER', 'p2')]
    await story.play({ forMs: HOUR })
    const closedAt = story.clock.now()
    await story.closures.close({ resource: 'shop', errorCode: 'X', cause: 'x', closedAt, closedBy: 'operator' }, null)
    await story.gate.close({ resource: 'shop', probeEveryMs: PROBE_EVERY_MS, now: closedAt })
    const since = uuids.map((uuid) => story.ledger.run(uuid).stateSince)
    await story.play({ forMs: closedForMs })
    return { story, uuids, since }
  }

  test('no poll gives up, its probes least of all, and the time is given back', async () => {
    const { story, uuids, since } = await closedOverPolls(5 * HOUR)
    expect(uuids.map((uuid) => story.ledger.run(uuid).state)).toEqual(['POLL_ORDER', 'POLL_ORDER'])
    await story.reopen('shop')
    expect(uuids.map((uuid) => story.ledger.run(uuid).stateSince)).toEqual(since.map((at) => at + 5 * HOUR))
    await story.play()
    expect(uuids.map((uuid) => story.ledger.run(uuid).completion)).toEqual(['full', 'full'])
    expect(closings(story)).toEqual([{ kind: 'resourceReopened', resource: 'shop', closedForMs: 5 * HOUR }])
  })

  test('an error that a probe meets spends no attempt', async () => {
    const { story, uuids } = await refused({ customers: 4, refusals: 3 })
    story.shop.before(
      'ORDER',
      ...Array.from({ length: 12 }, () => () => {
        throw new TransientError(engineErrors.UNEXPECTED_ERROR, 'The shop answered 503.')
      }),
    )
    await story.play()
    for (const uuid of uuids) {
      expect(story.ledger.run(uuid).state).toBe('COMPLETED')
      expect(story.ledger.history(uuid).every(({ attempt }) => attempt === 0)).toBe(true)
    }
  })

  test('a flush of Redis opens nothing: reconcile closes the gate again', async () => {
    const { story } = await closedOverPolls(0)
    await story.gate.reopen({ resource: 'shop' })
    await story.reconcile()
    expect(await story.gate.enter({ resource: 'shop', tokens: 0, ...asker, now: story.clock.now() })).toMatchObject({ closed: true })
  })
})

describe('a paused fleet', () => {
  test('works nothing, and gives every run its time back when it goes on', async () => {
    const story = createShopStory({ lagMs: 2 * HOUR - MINUTE })
    const polling = await story.reach('POLL_ORDER', 'p1')
    await story.close(FLEET)
    const { uuid: accepted } = await story.begin({ process: shopping, input: { customer: 'p2' } })
    const before = [polling, accepted].map((uuid) => story.ledger.history(uuid).length)
    await story.play({ forMs: 5 * HOUR })
    await story.reconcile()
    await story.play({ forMs: HOUR })
    expect([polling, accepted].map((uuid) => story.ledger.history(uuid).length)).toEqual(before)
    await expect(story.playOne()).rejects.toThrow('There is nothing to play.')

    expect(await story.reopen(FLEET)).toBe(true)
    await story.play()
    expect([polling, accepted].map((uuid) => story.ledger.run(uuid).completion)).toEqual(['full', 'full'])
  })
})

describe('opening a resource', () => {
  function arrange() {
    const clock = createVirtualClock()
    const [gate, closures, ledger] = [createInMemoryGate(), createInMemoryClosures(), createInMemoryLedger()]
    const calls: string[] = []
    const noted = <Port extends object>(what: string, port: Port, names: readonly string[]): Port =>
      new Proxy(port, {
        get(target, name, self) {
          if (names.includes(String(name))) calls.push(`${what}.${String(name)}`)
          return Reflect.get(target, name, self)
        },
      })
    const deps = {
      gate: noted('gate', gate, ['reopen']),
      closures: noted('closures', closures, ['reopen']),
      ledger: noted('ledger', ledger, ['shiftStateSince']),
    }
    const reopen = createReopen({ ...deps, clock, notify: () => {}, statesOf: () => [{ process: 'shopping', state: 'POLL_ORDER' }] })
    return { clock, gate, closures, ledger, calls, reopen, deps }
  }
  const closure = { resource: 'shop', errorCode: 'X', cause: 'x', closedAt: STORY_START, closedBy: 'one' }

  test('gives the time back before anybody may enter', async () => {
    const { calls, closures, reopen } = arrange()
    await closures.close(closure, null)
    await reopen({ resource: 'shop', by: 'operator', audit: null })
    expect(calls).toEqual(['ledger.shiftStateSince', 'closures.reopen', 'gate.reopen'])
  })

  test('that Redis could not be told of opens the gate when it is repeated', async () => {
    const { clock, closures, gate, reopen } = arrange()
    await closures.close(closure, null)
    await gate.close({ resource: 'shop', probeEveryMs: PROBE_EVERY_MS, now: clock.now() })
    const { reopen: openGate } = gate
    Object.assign(gate, { reopen: async () => Promise.reject(new Error('Redis is away')) })
    await expect(reopen({ resource: 'shop', by: 'operator', audit: null })).rejects.toThrow('Redis is away')
    Object.assign(gate, { reopen: openGate })
    expect(await reopen({ resource: 'shop', by: 'operator', audit: null })).toBe(false)
    expect(await gate.enter({ resource: 'shop', tokens: 1, ...asker, now: clock.now() })).toMatchObject({ kind: 'open' })
  })

  test('that breaks off when SQL goes away can be done again', async () => {
    const { closures, gate, ledger, reopen, clock } = arrange()
    await closures.close(closure, null)
    await gate.close({ resource: 'shop', probeEveryMs: PROBE_EVERY_MS, now: clock.now() })
    const { shiftStateSince } = ledger
    Object.assign(ledger, { shiftStateSince: async () => Promise.reject(new LedgerUnavailableError(engineErrors.LEDGER_UNAVAILABLE)) })
    await expect(reopen({ resource: 'shop', by: 'operator', audit: null })).rejects.toThrow()
    expect(await closures.list()).toHaveLength(1)
    expect(await gate.enter({ resource: 'shop', tokens: 1, ...asker, now: clock.now() })).toMatchObject({ kind: 'wait' })
    Object.assign(ledger, { shiftStateSince })
    expect(await reopen({ resource: 'shop', by: 'operator', audit: null })).toBe(true)
    expect(await gate.enter({ resource: 'shop', tokens: 1, ...asker, now: clock.now() })).toMatchObject({ kind: 'open' })
  })

  test('that did not reach the gate is made good by the next probe, even where a probe may not open it', async () => {
    const { clock, closures, gate, reopen } = arrange()
    await gate.close({ resource: 'shop', probeEveryMs: 0, now: clock.now() })
    const resources = createResources({
      ...{ gate, closures, clock, notify: () => {}, instance: 'one' },
      limits: [{ name: 'shop', ratePerSecond: 1, burst: 1, reopenByProbe: false }],
      reopen: async (resource) => void (await reopen({ resource, by: 'one', audit: null })),
    })
    const probe = await resources.enter({ resource: 'shop', tokens: 1, ...asker })
    expect(probe).toEqual({ kind: 'open', probe: true })
    await resources.noteSuccess('shop', probe)
    expect(await resources.enter({ resource: 'shop', tokens: 1, ...asker })).toEqual({ kind: 'open', probe: false })
  })
})

describe('a Retry-After', () => {
  test.each([Number.NaN, Number.POSITIVE_INFINITY, -5, 0])('of %d closes nothing', async (forMs) => {
    const { gate, closures } = { gate: createInMemoryGate(), closures: createInMemoryClosures() }
    const clock = createVirtualClock()
    const resources = createResources({ gate, closures, limits: [], clock, notify: () => {}, instance: 'one', reopen: async () => {} })
    await resources.pause('shop', forMs)
    expect(await resources.enter({ resource: 'shop', tokens: 1, ...asker })).toEqual({ kind: 'open', probe: false })
  })
})
