import { startReceiver } from '@rollcall/platform/testing'
import { describe, expect, test } from 'vitest'
import { createAlertsStory } from '../test-support/create-alerts-story.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

/** A story in which an alert has fired that is not told yet, and a receiver. */
async function firing(given: Parameters<typeof startReceiver>[0] = {}) {
  const receiver = await startReceiver(given)
  const story = createAlertsStory({ url: receiver.url })
  story.measured['run-too-long'] = [{ subject: 'user-status-sync', value: 301 }]
  await story.evaluate()
  const run = () => {
    const [first] = story.ledger.runs()
    if (!first) throw new Error('Nothing is to be told.')
    return story.ledger.run(first.uuid)
  }
  async function end() {
    story.measured['run-too-long'] = []
    story.clock.moveTo(story.clock.now() + MINUTE)
    await story.evaluate()
  }
  return { receiver, story, run, end }
}

describe('a notification', () => {
  test('reaches the receiver signed, says what is wrong and where to read on, and names nobody', async () => {
    const { receiver, story, run } = await firing()
    const firedAt = new Date(story.clock.now()).toISOString()
    await story.play()
    const [alert] = story.alerts.all()
    expect(receiver.taken).toEqual([
      {
        id: `alert_${alert?.id}_firing`,
        type: 'alert.firing',
        data: {
          fleet: 'test',
          alertId: alert?.id,
          rule: 'run-too-long',
          subject: 'user-status-sync',
          severity: 'warning',
          summary: 'A run of user-status-sync has been at work for 5 min.',
          value: 301,
          threshold: 300,
          startedAt: firedAt,
          resolvedAt: null,
          runbook: 'docs/alerts.md#run-too-long',
        },
      },
    ])
    expect(story.trail(run().uuid)).toEqual(['NOTIFY success', 'COMPLETED full'])
    expect(story.logged.at(-1)).toBe('info an alert was delivered: A run of user-status-sync has been at work for 5 min.')
  })

  test('of the end of an alert follows that of its beginning', async () => {
    const { receiver, story, end } = await firing()
    await story.play()
    await end()
    await story.play()
    expect(receiver.taken.map(({ type, data }) => [type, data.resolvedAt])).toEqual([
      ['alert.firing', null],
      ['alert.resolved', new Date(story.clock.now()).toISOString()],
    ])
  })

  test('is sent again and again while the receiver is away, under the same id, and taken once', async () => {
    const { receiver, story, run } = await firing()
    const ids: string[] = []
    receiver.answer = ({ id }) => {
      ids.push(id)
      return { status: ids.length <= 12 ? 503 : 200 }
    }
    await story.play()
    expect(receiver.taken).toHaveLength(1)
    expect(new Set(ids).size).toBe(1)
    expect(story.trail(run().uuid)).toEqual(['NOTIFY ALERT_NOT_DELIVERED', 'NOTIFY not_yet ×12', 'NOTIFY success', 'COMPLETED full'])
    expect(run().errorMessage).toBeNull()
  })

  test('of an end waits until the beginning was told, which may take hours', async () => {
    const { receiver, story, end } = await firing()
    receiver.answer = () => ({ status: 500 })
    await story.play({ forMs: HOUR })
    await end()
    await story.play({ forMs: HOUR })
    receiver.answer = () => ({ status: 204 })
    await story.play()
    expect(receiver.taken.map(({ type }) => type)).toEqual(['alert.firing', 'alert.resolved'])
  })

  test('is given up after three days, and the end of its alert is told then', async () => {
    const told: string[] = []
    const story = createAlertsStory({
      url: 'http://127.0.0.1',
      async fetch(_url, init) {
        const { type }: { readonly type: string } = JSON.parse(String(init?.body))
        if (type === 'alert.resolved') told.push(type)
        return new Response(null, { status: type === 'alert.firing' ? 410 : 204 })
      },
    })
    story.measured['run-too-long'] = [{ subject: 'user-status-sync', value: 301 }]
    await story.evaluate()
    const startedAt = story.clock.now()
    await story.play({ forMs: 70 * HOUR })
    story.measured['run-too-long'] = []
    await story.evaluate()
    await story.play({ forMs: HOUR })
    expect(told).toEqual([])
    await story.play()
    const [firing] = story.ledger.runs()
    expect(firing).toMatchObject({
      state: 'FAILED',
      errorCode: 'ALERT_NOT_DELIVERED',
      errorMessage: expect.stringContaining('It answered 410.'),
    })
    expect((firing?.updatedAt ?? 0) - startedAt).toBe(72 * HOUR)
    expect(told).toEqual(['alert.resolved'])
  })

  test('comes back when the receiver asked it to, an hour later at most', async () => {
    const { receiver, story, run } = await firing()
    const at: number[] = []
    receiver.answer = () => {
      at.push(story.clock.now())
      return at.length === 1
        ? { status: 429, headers: { 'retry-after': '90' } }
        : at.length === 2
          ? { status: 503, headers: { 'retry-after': '86400' } }
          : { status: 200 }
    }
    await story.play()
    expect(at.map((time) => time - (at[0] ?? 0))).toEqual([0, 90_000, 90_000 + HOUR])
    expect(run().state).toBe('COMPLETED')
  })

  test('is not taken by a receiver that has another secret', async () => {
    const { receiver, story, run } = await firing({ secret: `whsec_${Buffer.from('another secret, of 32 bytes too.').toString('base64')}` })
    await story.play({ forMs: 30_000 })
    expect([receiver.taken.length, receiver.unsigned() > 1, run().state]).toEqual([0, true, 'NOTIFY'])
  })

  test('sent twice, by a worker that died before it could say so, has one id', async () => {
    const { receiver, story, run } = await firing()
    await story.playTwice()
    expect(receiver.taken.length).toBeGreaterThan(1)
    expect(new Set(receiver.taken.map(({ id }) => id)).size).toBe(1)
    expect(run().state).toBe('COMPLETED')
  })

  test('is not sent where no webhook is set, and stands in the log', async () => {
    const story = createAlertsStory({ url: null })
    story.measured['run-too-long'] = [{ subject: 'user-status-sync', value: 301 }]
    await story.evaluate()
    await story.play()
    expect(story.ledger.runs()).toMatchObject([{ state: 'COMPLETED', completion: 'full' }])
    expect(story.logged).toHaveLength(2)
  })
})
