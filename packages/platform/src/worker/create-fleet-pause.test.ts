import { FLEET } from '@rollcall/engine'
import { createInMemoryClosures } from '@rollcall/engine/testing'
import { expect, test } from 'vitest'
import { createMetrics } from '../create-metrics.ts'
import { captureLogs } from '../test-support/capture-logs.ts'
import { createFleetPause } from './create-fleet-pause.ts'

function arrange() {
  const closures = createInMemoryClosures()
  const logs = captureLogs()
  const metrics = createMetrics({ app: 'test', processMetrics: false })
  const told: boolean[] = []
  const pause = createFleetPause({ closures, workers: { setPaused: (isPaused) => void told.push(isPaused) }, ...logs, metrics })
  const close = (resource: string) => closures.close({ resource, errorCode: 'X', cause: 'x', closedAt: 0, closedBy: 'operator' }, null)
  const reopen = () => closures.reopen({ resource: FLEET, at: 1, by: 'operator', audit: null })
  const gauge = async () => (await metrics.paused.get()).values.map(({ value }) => value)
  return { close, closures, gauge, logs, pause, reopen, told }
}

test('pauses the workers while the fleet is closed, and says so once', async () => {
  const { close, gauge, logs, pause, reopen, told } = arrange()
  await pause.look()
  await close(FLEET)
  for (let looks = 0; looks < 3; looks += 1) await pause.look()
  expect([told, pause.isPaused(), await gauge()]).toEqual([[true], true, [1]])
  await reopen()
  await pause.look()
  expect([told, pause.isPaused(), await gauge()]).toEqual([[true, false], false, [0]])
  expect(logs.said('warn')).toEqual(['warn: the fleet is paused: taking up no new work', 'warn: the fleet goes on: taking up work again'])
})

test('leaves them at work while another resource is closed', async () => {
  const { close, pause, told } = arrange()
  await close('graph')
  await pause.look()
  expect([told, pause.isPaused()]).toEqual([[], false])
})

test('keeps to the last word while the database does not answer', async () => {
  const { close, closures, pause, told } = arrange()
  await close(FLEET)
  await pause.look()
  Object.assign(closures, { list: () => Promise.reject(new Error('SQL is away')) })
  await expect(pause.look()).rejects.toThrow('SQL is away')
  expect([told, pause.isPaused()]).toEqual([[true], true])
})
