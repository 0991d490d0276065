import type { Workers } from '@rollcall/engine'
import { expect, test } from 'vitest'
import { createReplaceableWorkers } from './create-replaceable-workers.ts'

/** Workers that tell what was asked of them, and drain when the test says so. */
function stage() {
  const said: string[] = []
  const drained: PromiseWithResolvers<boolean>[] = []
  const make = (): Workers => {
    const index = drained.push(Promise.withResolvers<boolean>()) - 1
    return {
      queues: ['a'],
      start: () => void said.push(`start ${index}`),
      setPaused: (isPaused) => void said.push(`${isPaused ? 'pause' : 'resume'} ${index}`),
      stop(deadlineMs) {
        said.push(`stop ${index} within ${deadlineMs}`)
        return drained[index]?.promise ?? Promise.resolve(true)
      },
    }
  }
  return { drained, said, workers: createReplaceableWorkers({ make, deadlineMs: 500 }) }
}

test('starts new workers at once, while the old ones still drain', () => {
  const { said, workers } = stage()
  workers.start()
  workers.replace()
  expect(said).toEqual(['start 0', 'stop 0 within 500', 'start 1'])
})

test('starts new workers paused while the old ones are', () => {
  const { said, workers } = stage()
  workers.setPaused(true)
  workers.replace()
  expect(said).toEqual(['pause 0', 'stop 0 within 500', 'pause 1', 'start 1'])
})

test('counts as drained only when the replaced ones are, too', async () => {
  const { drained, workers } = stage()
  workers.replace()
  const stopped = workers.stop(100)
  drained[1]?.resolve(true)
  drained[0]?.resolve(false)
  expect(await stopped).toBe(false)
})

test('replaces nothing once it stops', async () => {
  const { drained, said, workers } = stage()
  const stopped = workers.stop(100)
  workers.replace()
  drained[0]?.resolve(true)
  expect(await stopped).toBe(true)
  expect(said).toEqual(['stop 0 within 100'])
})
