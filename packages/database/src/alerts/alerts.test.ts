import { aNotification, anAlert, describeAlertsContract } from '@rollcall/alerts/testing'
import { describe, expect, test } from 'vitest'
import { openForTest } from '../testing/open-for-test.ts'
import { testDialects } from '../testing/test-dialects.ts'

for (const { dialect, open } of testDialects)
  describeAlertsContract({
    name: `alerts over ${dialect}`,
    async open() {
      const { database, cleanup } = await open()
      return { alerts: database.alerts, ledger: database.ledger, close: cleanup }
    },
  })

describe.each(testDialects)('a change of an alert over $dialect', (dialect) => {
  test('is made only with the run that tells of it', async () => {
    const { alerts, ledger } = await openForTest(dialect)
    const alert = anAlert()
    await alerts.begin(alert)
    const broken = { ...aNotification(alert, 'firing'), priority: Number.NaN }
    await expect(alerts.fire(alert, { at: 1, notification: broken })).rejects.toThrow()
    await expect(alerts.fire(anAlert({ subject: 'canary' }), { at: 1, notification: broken })).rejects.toThrow()
    expect(await alerts.standing()).toEqual([{ ...alert, firedAt: null, resolvedAt: null }])
    expect(await ledger.backlog()).toEqual([])

    const firing = aNotification(alert, 'firing')
    expect(await alerts.fire(alert, { at: 1, notification: firing })).toBe(true)
    const brokenEnd = { ...aNotification(alert, 'resolved'), priority: Number.NaN }
    await expect(alerts.resolve({ id: alert.id, at: 2, notification: brokenEnd })).rejects.toThrow()
    expect(await alerts.standing()).toMatchObject([{ id: alert.id, firedAt: 1, resolvedAt: null }])
    expect(await ledger.read([firing.uuid])).toMatchObject([
      { groupUuid: alert.id, process: 'alert-notification', state: 'NOTIFY', status: 'new' },
    ])
  })
})
