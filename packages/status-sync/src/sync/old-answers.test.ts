import { describe, expect, test } from 'vitest'
import { createSyncStory } from '../test-support/create-sync-story.ts'
import { tenRejected } from '../test-support/ten-rejected.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000

describe('an answer that is older than ten minutes when it is to be applied', () => {
  const said = (story: ReturnType<typeof createSyncStory>, userIndex: number, status: string, version: number) => {
    const standing = tenRejected().registrations[userIndex]
    if (standing) story.service.put({ ...standing, status, version })
  }
  const steps = (story: ReturnType<typeof createSyncStory>, uuid: string) => story.trail(uuid).filter((step) => !step.includes('×'))

  test('is asked for again where the run rested while it decided', async () => {
    const story = createSyncStory(tenRejected())
    const { uuid } = await story.order()
    story.beforeBatch = async () => void (await story.stores.runs.askPause({ runUuid: uuid, by: 'operator' }))
    await story.play({ forMs: HOUR_MS })
    story.beforeBatch = () => undefined
    said(story, 0, 'approved', 3)
    await story.signal({ uuid, name: 'resume', outcome: 'resumed' })
    await story.play()
    expect((await story.statuses()).u0001).toBe('active')
    expect((await story.items(uuid)).u0001).toBe('noted MAP_REJECTED UNCHANGED')
    expect(story.changes()).toHaveLength(9)
    expect(steps(story, uuid).at(-1)).toBe('COMPLETED full')
  })

  test('is asked for again where the service was away while it decided', async () => {
    const story = createSyncStory(tenRejected())
    let asked = 0
    story.service.beforeAnswer = () => {
      asked += 1
      if (asked === 2) story.service.mode = 'down'
    }
    await story.order()
    await story.play({ forMs: 20 * MINUTE_MS })
    story.service.mode = 'up'
    said(story, 0, 'approved', 3)
    await story.play()
    expect((await story.statuses()).u0001).toBe('active')
    expect(story.changes()).toHaveLength(9)
  })

  test.each(['the persisting worker was away', 'it failed there and was replayed a week later'])(
    'is asked for again where %s',
    async (how) => {
      const story = createSyncStory(tenRejected())
      const { uuid } = await story.order()
      await story.playOne()
      expect(story.ledger.run(uuid).state).toBe('APPLY')
      if (how.includes('replayed')) {
        const audit = { id: 'x', at: 0, actor: '', action: '', targetType: '', targetId: '', reason: '', details: {} }
        await story.ledger.requestCancel({ uuid, at: story.clock.now(), audit })
        await story.play()
        expect(story.ledger.run(uuid).state).toBe('CANCELLED')
        story.clock.moveTo(story.clock.now() + 7 * 24 * HOUR_MS)
        await story.replay(uuid, 'APPLY')
      } else story.clock.moveTo(story.clock.now() + 10 * MINUTE_MS + 1)
      said(story, 0, 'approved', 3)
      await story.play()
      expect(steps(story, uuid).slice(-4)).toEqual(['APPLY success', 'RECHECK success', 'APPLY success', 'COMPLETED full'])
      expect((await story.statuses()).u0001).toBe('active')
      expect(story.changes()).toHaveLength(9)
    },
  )

  test('is asked for again where it waited until others had been answered', async () => {
    const story = createSyncStory(tenRejected())
    let asked = 0
    story.service.beforeAnswer = () => {
      asked += 1
      if (asked === 2) story.clock.moveTo(story.clock.now() + 10 * MINUTE_MS + 1)
    }
    const { uuid } = await story.order({ config: { batchSize: 60 } })
    while (story.ledger.run(uuid).state === 'DECIDE') await story.playOne()
    said(story, 0, 'approved', 3)
    await story.play()
    expect((await story.statuses()).u0001).toBe('active')
    expect(story.changes()).toHaveLength(9)
  })

  test('is not asked for again before that', async () => {
    const story = createSyncStory(tenRejected())
    const { uuid } = await story.order()
    await story.playOne()
    story.clock.moveTo(story.clock.now() + 9 * MINUTE_MS)
    await story.play()
    expect(steps(story, uuid)).toEqual(['DECIDE success', 'APPLY success', 'COMPLETED full'])
  })

  test('is asked for in turns with applying where asking for all of them takes longer than an answer holds', async () => {
    const story = createSyncStory(tenRejected())
    const { uuid } = await story.order({ config: { batchSize: 1, limitPercent: 100 } })
    while (story.ledger.run(uuid).state === 'DECIDE') await story.playOne()
    story.clock.moveTo(story.clock.now() + HOUR_MS)
    story.service.beforeAnswer = () => story.clock.moveTo(story.clock.now() + 2 * MINUTE_MS)
    await story.play()
    expect(steps(story, uuid).at(-1)).toBe('COMPLETED full')
    expect(story.changes()).toHaveLength(10)
    expect(steps(story, uuid).filter((step) => step === 'RECHECK success').length).toBeGreaterThan(2)
  })
})
