import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { startLoop } from './start-loop.ts'
import { captureLogs } from './test-support/capture-logs.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

test('makes a pass after each interval, counted from the end of the one before', async () => {
  const { logger } = captureLogs()
  const pass = vi.fn(() => new Promise((resolve) => setTimeout(resolve, 300)))
  startLoop({ name: 'look', everyMs: 1_000, pass, logger })
  await vi.advanceTimersByTimeAsync(999)
  expect(pass).toHaveBeenCalledTimes(0)
  await vi.advanceTimersByTimeAsync(1)
  expect(pass).toHaveBeenCalledTimes(1)
  await vi.advanceTimersByTimeAsync(1_299)
  expect(pass).toHaveBeenCalledTimes(1)
  await vi.advanceTimersByTimeAsync(1)
  expect(pass).toHaveBeenCalledTimes(2)
})

test('never lets two passes overlap, however long one takes', async () => {
  const { logger } = captureLogs()
  let under = 0
  let most = 0
  const pass = async () => {
    under += 1
    most = Math.max(most, under)
    await new Promise((resolve) => setTimeout(resolve, 5_000))
    under -= 1
  }
  startLoop({ name: 'look', everyMs: 1_000, pass, logger })
  await vi.advanceTimersByTimeAsync(30_000)
  expect(most).toBe(1)
})

test('goes on after a pass that failed, and logs an outage once when it begins and once when it is over', async () => {
  const { logger, said } = captureLogs()
  let left = 3
  const pass = vi.fn(async () => {
    left -= 1
    if (left >= 0) throw new Error('away')
  })
  startLoop({ name: 'look', everyMs: 1_000, firstAfterMs: 0, pass, logger })
  await vi.advanceTimersByTimeAsync(5_000)
  expect(pass).toHaveBeenCalledTimes(6)
  expect(said('error', 'info')).toEqual(['error: background work failed; it will be tried again', 'info: background work goes on'])
})

test('waits on stopping for the pass under way, and makes no other', async () => {
  const { logger } = captureLogs()
  const done = vi.fn()
  const pass = vi.fn(() => new Promise<void>((resolve) => setTimeout(resolve, 500)).then(done))
  const loop = startLoop({ name: 'look', everyMs: 1_000, firstAfterMs: 0, pass, logger })
  await vi.advanceTimersByTimeAsync(100)
  const stopped = loop.stop().then(() => expect(done).toHaveBeenCalledOnce())
  await vi.advanceTimersByTimeAsync(10_000)
  await stopped
  expect(pass).toHaveBeenCalledTimes(1)
})

test('does not keep the process alive', () => {
  const { logger } = captureLogs()
  vi.useRealTimers()
  const setTimer = vi.spyOn(globalThis, 'setTimeout')
  const loop = startLoop({ name: 'look', everyMs: 60_000, pass: async () => {}, logger })
  const [timer] = setTimer.mock.results
  setTimer.mockRestore()
  expect(timer?.value.hasRef()).toBe(false)
  return loop.stop()
})
