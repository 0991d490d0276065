import { aNotification, anAlert } from '@rollcall/alerts/testing'
import { testRedis } from '@rollcall/platform/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { RunCommand } from '../test-support/create-test-cli.ts'
import { type ServedApi, startServedApi } from '../test-support/start-served-api.ts'

const redis = testRedis()

let api: ServedApi
let rollcall: RunCommand
beforeEach(async () => {
  api = await startServedApi({ redisUrl: redis.url })
  rollcall = api.cli({ as: 'reader' })
})
afterEach(() => api.close())

async function fired(changes: Parameters<typeof anAlert>[0], { resolved = false } = {}): Promise<void> {
  const { alerts } = api.database
  const alert = anAlert({ ...changes, startedAt: api.clock.now() - 600_000 })
  await alerts.fire(alert, { at: alert.startedAt, notification: aNotification(alert, 'firing') })
  if (resolved) await alerts.resolve({ id: alert.id, at: api.clock.now(), notification: aNotification(alert, 'resolved') })
}

describe('rollcall alerts', () => {
  test('shows what is open, with its age; what is over only when asked', async () => {
    await fired({ subject: 'account-create' })
    await fired({ rule: 'resource-closed', subject: 'graph', severity: 'critical', summary: 'graph is closed.' }, { resolved: true })
    const open = await rollcall('alerts')
    expect(open).toMatchObject({ code: 0, err: '' })
    expect(open.out.split('\n')).toEqual([
      'since   severity  rule     about           over  what',
      '10 min  warning   backlog  account-create        1200 runs of account-create wait to be worked.',
    ])
    const over = await rollcall('alerts', '--state', 'resolved')
    expect(over.out).toContain('2026-09-01 07:50:00Z  critical  resource-closed  graph  2026-09-01 08:00:00Z  graph is closed.')
    expect((await rollcall('alerts', '--state', 'any', '--json')).json()).toMatchObject({ alerts: [{}, {}], nextCursor: null })
  })

  test('says so where there is none, and where there are more', async () => {
    expect(await rollcall('alerts')).toMatchObject({ code: 0, out: '', err: 'No alert is open.' })
    expect(await rollcall('alerts', '--rule', 'backlog', '--state', 'any')).toMatchObject({ err: 'There is no such alert.' })
    for (const subject of ['a', 'b', 'c']) await fired({ subject })
    expect(await rollcall('alerts', '--limit', '2')).toMatchObject({
      code: 0,
      err: 'There are more than 2: raise --limit, or ask for --all.',
    })
    expect(((await rollcall('alerts', '--all', '--json')).json() as { alerts: unknown[] }).alerts).toHaveLength(3)
  })

  test('knows its rules', async () => {
    expect((await rollcall('alerts', '--rule', 'weather')).code).toBe(2)
  })
})
