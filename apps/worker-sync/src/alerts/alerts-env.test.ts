import { readEnv } from '@rollcall/platform'
import { describe, expect, test } from 'vitest'
import { WorkerSyncEnv } from '../env.ts'
import { webhooksOf } from './webhooks-of.ts'

const secret = `whsec_${Buffer.from('a secret of the tests, 32 bytes.').toString('base64')}`
const url = 'https://alerts.example.test/hook'

describe('the settings of the alerts', () => {
  test('may all be left out: alerts are then told to the log only', () => {
    const env = readEnv(WorkerSyncEnv, {})
    expect(env).toMatchObject({ ALERTS_EVERY_MS: 30_000, ALERT_HEARTBEAT_EVERY_MS: 300_000 })
    expect(webhooksOf(env)).toEqual({ webhook: null, heartbeat: null })
  })

  test('send the heartbeat to where alerts go, or to an address of its own', () => {
    const one = webhooksOf(readEnv(WorkerSyncEnv, { ALERT_WEBHOOK_URL: url, ALERT_WEBHOOK_SECRET: secret }))
    expect([one.webhook, one.heartbeat]).toEqual([expect.anything(), expect.anything()])
    const other = webhooksOf(readEnv(WorkerSyncEnv, { ALERT_HEARTBEAT_URL: url, ALERT_WEBHOOK_SECRET: secret }))
    expect([other.webhook, other.heartbeat]).toEqual([null, expect.anything()])
  })

  test.each(['ALERT_WEBHOOK_URL', 'ALERT_HEARTBEAT_URL'])('need a secret where %s is set', (name) => {
    expect(() => readEnv(WorkerSyncEnv, { [name]: url })).toThrow(/\n {2}ALERT_WEBHOOK_SECRET: is not set/)
  })

  test.each(['alerts.example.test', 'ftp://alerts.example.test', 'https://user:password@alerts.example.test'])(
    'refuse an address such as %s, without quoting it',
    (bad) => {
      const reading = () => readEnv(WorkerSyncEnv, { ALERT_WEBHOOK_URL: bad, ALERT_WEBHOOK_SECRET: secret })
      expect(reading).toThrow('ALERT_WEBHOOK_URL: expected an address that begins with https:// and names no user')
      expect(reading).not.toThrow(bad)
    },
  )

  test.each([
    ...['geheim', 'whsec_c2hvcnQ=', secret.slice(6)],
    // 33 characters are no base64, and 65 bytes are too many: a receiver could not be told the same.
    ...[`whsec_${'A'.repeat(33)}`, `whsec_${Buffer.alloc(65).toString('base64')}`],
  ])('refuse a secret that is none, without quoting it', (bad) => {
    const reading = () => readEnv(WorkerSyncEnv, { ALERT_WEBHOOK_URL: url, ALERT_WEBHOOK_SECRET: bad })
    expect(reading).toThrow('ALERT_WEBHOOK_SECRET: expected whsec_ and 24 to 64 bytes in base64')
    expect(reading).not.toThrow(bad)
  })
})
