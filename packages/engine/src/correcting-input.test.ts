import { expect, test } from 'vitest'
import { z } from 'zod'
import { defineProcess } from './define-process.ts'
import { engineErrors, TerminalError } from './errors.ts'
import { defineHandlers } from './handler.ts'
import { replayRun } from './operations/replay-run.ts'
import { createStory } from './testing/create-story.ts'

/** What it does was ruled elsewhere. */
const verdict = defineProcess({
  name: 'verdict',
  input: z.object({ case: z.string(), guilty: z.boolean() }),
  correctable: false,
  about: ({ case: subjectId }) => ({ type: 'VERDICT', subjectId, subjectName: null, scopeId: null }),
  start: 'EXECUTE',
  states: { EXECUTE: { worker: 'create', next: { done: 'COMPLETED' } } },
})

async function aFailedVerdict() {
  let fails = true
  const handlers = defineHandlers(verdict, 'create', {
    EXECUTE: async () => {
      if (fails) throw new TerminalError(engineErrors.RESULT_MISSING)
      return { outcome: 'done' }
    },
  })
  const story = createStory({ handlers: [handlers] })
  const { uuid } = await story.begin({ process: verdict, input: { case: 'c1', guilty: false } })
  await story.play()
  fails = false
  const deps = { ledger: story.ledger, dispatcher: story.dispatcher, clock: story.clock, newId: () => 'id', notify: () => undefined }
  const replay = (input: { readonly case: string; readonly guilty: boolean } | null) => {
    const run = story.ledger.run(uuid)
    const order = { run, process: verdict, lastState: 'EXECUTE', fromState: null, input, actor: 'operator', reason: 'Again.' }
    return replayRun(order, deps)
  }
  return { story, uuid, replay }
}

test('a replay corrects no input of a process that does not let it, though it is about the same still', async () => {
  const { story, uuid, replay } = await aFailedVerdict()
  const before = story.ledger.run(uuid)
  await expect(replay({ case: 'c1', guilty: true })).rejects.toMatchObject({
    errorCode: engineErrors.INPUT_NOT_CORRECTABLE,
    message: `${engineErrors.INPUT_NOT_CORRECTABLE.sentence} It is a run of verdict.`,
  })
  expect(story.ledger.run(uuid)).toEqual(before)
  expect(story.queue.take(Number.POSITIVE_INFINITY)).toBeNull()
})

test('a replay that corrects nothing does once more what was asked', async () => {
  const { story, uuid, replay } = await aFailedVerdict()
  await replay(null)
  await story.play()
  expect(story.ledger.run(uuid)).toMatchObject({ state: 'COMPLETED', input: { case: 'c1', guilty: false } })
})
