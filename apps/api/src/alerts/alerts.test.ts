import { aNotification, anAlert } from '@rollcall/alerts/testing'
import { testRedis } from '@rollcall/platform/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startTestApi, type TestApi } from '../test-support/start-test-api.ts'

const redis = testRedis()
let test: TestApi
beforeEach(async () => {
  test = await startTestApi({ redisUrl: redis.url })
})
afterEach(() => test.close())

async function fired(changes: Parameters<typeof anAlert>[0] = {}, { resolved = false } = {}): Promise<string> {
  const { alerts } = test.database
  const alert = anAlert(changes)
  const at = alert.startedAt + 1_000
  await alerts.fire(alert, { at, notification: aNotification(alert, 'firing') })
  if (resolved) await alerts.resolve({ id: alert.id, at: at + 1_000, notification: aNotification(alert, 'resolved') })
  return alert.id
}
const ids = (body: { readonly alerts: readonly { readonly id: string }[] }) => body.alerts.map(({ id }) => id)

describe('the list of alerts', () => {
  it('shows what is wrong, since when, and where to read on', async () => {
    const id = await fired()
    await test.database.alerts.begin(anAlert({ subject: 'not for long enough' }))
    const { status, body } = await test.get('/alerts')
    expect(status).toBe(200)
    expect(body).toEqual({
      alerts: [
        {
          id,
          rule: 'backlog',
          subject: 'account-create',
          severity: 'warning',
          summary: '1200 runs of account-create wait to be worked.',
          value: 1_200,
          threshold: 1_000,
          startedAt: '2026-09-01T08:00:00.000Z',
          firedAt: '2026-09-01T08:00:01.000Z',
          lastSeenAt: '2026-09-01T08:00:00.000Z',
          resolvedAt: null,
          runbook: 'docs/alerts.md#backlog',
        },
      ],
      nextCursor: null,
    })
  })

  it('is handed out page by page, newest first', async () => {
    const all: string[] = []
    for (const subject of ['a', 'b', 'c']) all.unshift(await fired({ subject }))
    const first = await test.get('/alerts?limit=2')
    const second = await test.get(`/alerts?limit=2&cursor=${first.body.nextCursor}`)
    expect([...ids(first.body), ...ids(second.body)]).toEqual(all)
    expect(second.body.nextCursor).toBeNull()
  })

  it('can be narrowed to what is open, what is over, and one rule', async () => {
    const over = await fired({}, { resolved: true })
    const open = await fired({ rule: 'failure-rate' })
    expect(ids((await test.get('/alerts?state=open')).body)).toEqual([open])
    expect(ids((await test.get('/alerts?state=resolved')).body)).toEqual([over])
    expect(ids((await test.get('/alerts?rule=backlog')).body)).toEqual([over])
    expect(ids((await test.get('/alerts?rule=unheard-of')).body)).toEqual([])
  })

  it('is for those who look after the fleet', async () => {
    for (const as of ['service', 'reader', 'operator', 'admin'] as const) expect((await test.get('/alerts', { as })).status).toBe(200)
    expect((await test.get('/alerts', { as: 'upstream' })).status).toBe(403)
    expect((await test.get('/alerts', { as: null })).status).toBe(401)
  })

  it.each(['?state=all', '?cursor=xyz', '?cursor=WzEsMl0', '?limit=0', '?limit=201', '?page=2'])('refuses %s', async (query) => {
    expect((await test.get(`/alerts${query}`)).status).toBe(400)
  })
})
