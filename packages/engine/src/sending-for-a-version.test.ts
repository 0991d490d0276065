import { expect, test } from 'vitest'
import { engineErrors } from './errors.ts'
import { createCateringStory } from './test-support/create-catering-story.ts'

const approval = { name: 'approval', outcome: 'approved', key: 'k' } as const

test('a signal for the version that its sender saw is taken, and known for good', async () => {
  const story = createCateringStory()
  const uuid = await story.reach('AWAIT_APPROVAL')
  const { version: expectedVersion } = story.ledger.run(uuid)
  await story.signal({ uuid, ...approval, expectedVersion })
  await story.play({ forMs: 0 })
  expect(story.ledger.run(uuid)).toMatchObject({ state: 'AWAIT_DELIVERY' })
  expect(await story.signal({ uuid, ...approval, expectedVersion })).toMatchObject({ uuid, state: 'AWAIT_DELIVERY' })
})

test.each([-1, 1])('a signal for a version that is %i off is refused, and nothing is kept of it', async (off) => {
  const story = createCateringStory()
  const uuid = await story.reach('AWAIT_APPROVAL')
  const { version } = story.ledger.run(uuid)
  const sent = story.signal({ uuid, ...approval, expectedVersion: version + off })
  await expect(sent).rejects.toMatchObject({
    errorCode: engineErrors.RUN_CHANGED,
    message: `${engineErrors.RUN_CHANGED.sentence} It stands at version ${version}, not ${version + off}.`,
  })
  await story.play({ forMs: 0 })
  expect(story.ledger.run(uuid)).toMatchObject({ state: 'AWAIT_APPROVAL', version })
})
