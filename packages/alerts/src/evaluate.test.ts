import { describe, expect, test } from 'vitest'
import { createAlertsStory } from './test-support/create-alerts-story.ts'

const MINUTE = 60_000
const waiting = (value: number) => [{ subject: 'account-create', value }]

describe('an evaluator', () => {
  test('lets an alert fire once it has been broken for long enough, tells of it once, and of its end once', async () => {
    const story = createAlertsStory({ url: null })
    story.measured.backlog = waiting(1_200)
    await story.watch({ everyMs: 30_000, forMs: 5 * MINUTE })
    expect(story.notifications()).toEqual([])
    await story.watch({ everyMs: 30_000, forMs: 60 * MINUTE })
    expect(story.notifications()).toEqual(['account-create firing'])
    expect(story.alerts.all()).toMatchObject([{ rule: 'backlog', severity: 'warning', value: 1_200, threshold: 1_000, resolvedAt: null }])

    story.measured.backlog = waiting(900)
    await story.watch({ everyMs: 30_000, forMs: 60 * MINUTE })
    expect(story.notifications()).toEqual(['account-create firing'])

    story.measured.backlog = []
    await story.watch({ everyMs: 30_000, forMs: 60 * MINUTE })
    await story.play()
    expect(story.notifications()).toEqual(['account-create firing', 'account-create resolved'])
    expect(story.logged).toEqual([
      'warn an alert fires: 1200 runs of account-create wait to be worked.',
      'info an alert is over: 900 runs of account-create wait to be worked.',
      'info no webhook is set for alerts: this one stands in the log and in the database: 1200 runs of account-create wait to be worked.',
      'info no webhook is set for alerts: this one stands in the log and in the database: 900 runs of account-create wait to be worked.',
    ])
  })

  test('says nothing of what was broken for a moment, and leaves no trace of it', async () => {
    const story = createAlertsStory({ url: null })
    story.measured.backlog = waiting(5_000)
    await story.watch({ everyMs: MINUTE, forMs: 3 * MINUTE })
    expect(await story.alerts.standing()).toHaveLength(1)
    story.measured.backlog = waiting(1_000)
    await story.evaluate()
    expect([story.alerts.all(), story.logged, story.notifications()]).toEqual([[], [], []])
  })

  test('goes on with what another began, who was killed before it fired', async () => {
    const story = createAlertsStory({ url: null })
    story.measured.backlog = waiting(1_200)
    const [first, second] = [story.evaluator(), story.evaluator()]
    await first()
    story.clock.moveTo(story.clock.now() + 5 * MINUTE)
    await second()
    expect(story.notifications()).toEqual(['account-create firing'])
  })

  test('that is not alone tells of each change once', async () => {
    const story = createAlertsStory({ url: null })
    const evaluators = Array.from({ length: 5 }, () => story.evaluator())
    const together = () => Promise.all(evaluators.map((evaluate) => evaluate()))
    story.measured['resource-closed'] = [{ subject: 'graph', value: 1, note: 'The reason is DIRECTORY_FORBIDDEN.' }]
    await together()
    story.clock.moveTo(story.clock.now() + MINUTE)
    await together()
    story.measured['resource-closed'] = []
    story.clock.moveTo(story.clock.now() + MINUTE)
    await together()
    expect(story.notifications()).toEqual(['graph firing', 'graph resolved'])
    expect(story.alerts.all()).toMatchObject([{ summary: 'graph is closed; work that needs it waits. The reason is DIRECTORY_FORBIDDEN.' }])
  })

  test('that is killed between a change and its job has it told all the same, once', async () => {
    const story = createAlertsStory({ url: null })
    story.measured['run-too-long'] = [{ subject: 'user-status-sync', value: 301 }]
    const committed = Promise.withResolvers<void>()
    const killed = story.evaluator({
      enqueue() {
        committed.resolve()
        return new Promise(() => undefined)
      },
    })
    void killed()
    await committed.promise
    expect(story.notifications()).toEqual(['user-status-sync firing'])
    expect(story.queue.jobs()).toEqual([])

    await story.evaluate()
    expect(story.queue.jobs()).toEqual([])
    story.clock.moveTo(story.clock.now() + 2 * MINUTE)
    await story.reconcile()
    await story.play()
    expect(story.ledger.runs().map(({ state, input }) => [state, input.change])).toEqual([['COMPLETED', 'firing']])
  })

  test('goes on while the queue cannot be reached', async () => {
    const story = createAlertsStory({ url: null })
    story.measured['run-too-long'] = ['user-status-sync', 'account-cleanup'].map((subject) => ({ subject, value: 301 }))
    await story.evaluator({ enqueue: () => Promise.reject(new Error('ECONNREFUSED')) })()
    expect(story.notifications()).toEqual(['user-status-sync firing', 'account-cleanup firing'])
  })

  test('does not take an outage of what it measures for an end of an alert, and judges the other rules', async () => {
    const story = createAlertsStory({ url: null })
    story.measured['run-too-long'] = [{ subject: 'user-status-sync', value: 301 }]
    await story.evaluate()
    story.measured['run-too-long'] = new Error('away')
    story.measured['health-check-failing'] = [{ subject: 'health-check', value: 1 }]
    story.clock.moveTo(story.clock.now() + 600 * MINUTE)
    expect(await story.evaluate()).toMatchObject({ failures: [{ rule: 'run-too-long', error: { message: 'away' } }], open: 2 })
    expect(story.notifications()).toEqual(['user-status-sync firing', 'health-check firing'])
  })

  test('counts what is open, and answers what it measured', async () => {
    const story = createAlertsStory({ url: null })
    story.measured['run-too-long'] = [{ subject: 'user-status-sync', value: 301 }]
    story.measured.backlog = waiting(1_001)
    expect(await story.evaluate()).toEqual({
      open: 1,
      failures: [],
      samples: [
        { rule: 'run-too-long', subject: 'user-status-sync', value: 301 },
        { rule: 'backlog', subject: 'account-create', value: 1_001 },
      ],
    })
    story.measured['run-too-long'] = []
    story.clock.moveTo(story.clock.now() + MINUTE)
    expect(await story.evaluate()).toMatchObject({ open: 0 })
  })

  test('leaves an alert of a rule that it does not know to the release that does, for a day', async () => {
    const story = createAlertsStory({ url: null })
    story.measured['run-too-long'] = [{ subject: 'user-status-sync', value: 301 }]
    const later = {
      ...story.alerts,
      fire: (...[alert, change]: Parameters<typeof story.alerts.fire>) => story.alerts.fire({ ...alert, rule: 'later' }, change),
    }
    await story.evaluator({ alerts: later })()
    story.measured['run-too-long'] = []
    story.clock.moveTo(story.clock.now() + 1_439 * MINUTE)
    expect(await story.evaluate()).toMatchObject({ open: 1 })
    story.clock.moveTo(story.clock.now() + MINUTE)
    expect(await story.evaluate()).toMatchObject({ open: 0 })
    expect(story.notifications()).toEqual(['user-status-sync firing', 'user-status-sync resolved'])
  })

  test('keeps a sentence within its column', async () => {
    const story = createAlertsStory({ url: null })
    story.measured['run-too-long'] = [{ subject: 'user-status-sync', value: 301, note: 'x'.repeat(600) }]
    await story.evaluate()
    expect(story.alerts.all()[0]?.summary).toHaveLength(500)
  })
})
