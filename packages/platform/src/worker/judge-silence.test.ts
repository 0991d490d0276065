import { expect, test } from 'vitest'
import { judgeSilence, type QueueLook, type Silence } from './judge-silence.ts'

/** Judges look after look; answers what was found silent in the last one. */
function judge(looks: readonly (readonly QueueLook[])[], hasFreeHands = true): readonly string[] {
  let before: Silence = new Map()
  let found: readonly string[] = []
  for (const queues of looks) {
    const judged = judgeSilence(before, { queues, hasFreeHands })
    before = judged.silence
    found = judged.silent
  }
  return found
}

const stuck = { queue: 'a', waiting: 3, signs: 5 }

test('finds a queue silent in which jobs wait and nothing happens, from the third such look on', () => {
  expect(judge([[stuck], [stuck], [stuck]])).toEqual([])
  expect(judge([[stuck], [stuck], [stuck], [stuck]])).toEqual(['a'])
})

test('finds nothing in an empty queue', () => {
  const idle = { ...stuck, waiting: 0 }
  expect(judge([[idle], [idle], [idle], [idle]])).toEqual([])
})

test('takes one sign of life for life', () => {
  expect(judge([[stuck], [stuck], [stuck], [{ ...stuck, signs: 6 }]])).toEqual([])
  expect(judge([[stuck], [stuck], [{ ...stuck, signs: 6 }], [{ ...stuck, signs: 6 }], [{ ...stuck, signs: 6 }]])).toEqual([])
})

test('expects nothing of a worker that has its hands full', () => {
  expect(judge([[stuck], [stuck], [stuck], [stuck]], false)).toEqual([])
})

test('judges each queue alone', () => {
  const looks = [0, 1, 2, 3].map((signs) => [stuck, { queue: 'b', waiting: 3, signs }])
  expect(judge(looks)).toEqual(['a'])
})
