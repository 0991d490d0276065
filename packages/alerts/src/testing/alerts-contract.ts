// What every implementation of the port must do; run over memory and over SQL.
import { createIds, type EpochMs, type Ledger, type NewRun, prepareRun } from '@rollcall/engine'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { alertNotification } from '../alert-notification/process.ts'
import type { Alerts, NewAlert } from '../ports/alerts.ts'

export interface AlertsUnderTest {
  readonly alerts: Alerts
  readonly ledger: Pick<Ledger, 'read'>
  close(): Promise<void>
}

const T0 = Date.UTC(2026, 8, 1, 8)
const newId = createIds({ now: () => T0 })

export function anAlert(changes: Partial<NewAlert> = {}): NewAlert {
  return {
    id: newId(),
    rule: 'backlog',
    subject: 'account-create',
    severity: 'warning',
    value: 1_200,
    threshold: 1_000,
    summary: '1200 runs of account-create wait to be worked.',
    startedAt: T0,
    lastSeenAt: T0,
    ...changes,
  }
}

export function aNotification({ id: alertId, ...alert }: NewAlert, change: 'firing' | 'resolved', at: EpochMs = T0): NewRun {
  const { lastSeenAt: _lastSeenAt, ...said } = alert
  const input = { ...said, alertId, change, changedAt: at }
  return prepareRun({ process: alertNotification, input, groupUuid: alertId, requestedBy: 'test', priority: 1, now: at, newId })
}

export function describeAlertsContract({ name, open }: { readonly name: string; readonly open: () => Promise<AlertsUnderTest> }): void {
  describe(name, () => {
    let under: AlertsUnderTest
    beforeEach(async () => {
      under = await open()
    })
    afterEach(() => under.close())

    const fire = (alert: NewAlert, at = T0) => {
      const notification = aNotification(alert, 'firing', at)
      return under.alerts.fire(alert, { at, notification }).then((fired) => ({ fired, notification }))
    }
    const resolve = (alert: NewAlert, at = T0) => {
      const notification = aNotification(alert, 'resolved', at)
      return under.alerts.resolve({ id: alert.id, at, notification }).then((resolved) => ({ resolved, notification }))
    }
    const told = async ({ uuid }: NewRun) => (await under.ledger.read([uuid])).length === 1
    const listed = async (filter: Parameters<Alerts['list']>[0] = {}) =>
      (await under.alerts.list(filter, { after: null, limit: 99 })).alerts.map(({ id }) => id)

    test('an alert begins in silence, fires with the run that tells of it, and is resolved with another', async () => {
      const alert = anAlert()
      expect(await under.alerts.begin(alert)).toBe(true)
      expect(await under.alerts.standing()).toEqual([{ ...alert, firedAt: null, resolvedAt: null }])
      expect(await listed()).toEqual([])

      const later = { ...alert, value: 1_500, summary: 'More.', lastSeenAt: T0 + 5 }
      const firing = await fire(later, T0 + 5)
      expect(firing.fired && (await told(firing.notification))).toBe(true)
      expect(await under.alerts.standing()).toEqual([{ ...later, firedAt: T0 + 5, resolvedAt: null }])

      const over = await resolve(later, T0 + 9)
      expect(over.resolved && (await told(over.notification))).toBe(true)
      expect(await under.alerts.standing()).toEqual([])
      const { alerts } = await under.alerts.list({}, { after: null, limit: 9 })
      expect(alerts).toEqual([{ ...later, firedAt: T0 + 5, resolvedAt: T0 + 9 }])
    })

    test('an alert may fire as soon as it is seen', async () => {
      const alert = anAlert()
      expect((await fire(alert)).fired).toBe(true)
      expect(await under.alerts.standing()).toEqual([{ ...alert, firedAt: T0, resolvedAt: null }])
    })

    test('at most one stands per rule and subject, and another may come when it is over', async () => {
      const first = anAlert()
      await fire(first)
      const second = await fire(anAlert())
      expect([second.fired, await told(second.notification)]).toEqual([false, false])
      expect(await under.alerts.begin(anAlert())).toBe(false)
      for (const other of [anAlert({ rule: 'failure-rate' }), anAlert({ subject: 'canary' })]) expect((await fire(other)).fired).toBe(true)
      await resolve(first)
      expect((await fire(anAlert())).fired).toBe(true)
      expect(await under.alerts.standing()).toHaveLength(3)
    })

    test('of twenty evaluators at once one lets an alert fire, and one resolves it; each change is told once', async () => {
      const alert = anAlert()
      await under.alerts.begin(alert)
      const firing = await Promise.all(Array.from({ length: 20 }, () => fire(alert)))
      expect(firing.filter(({ fired }) => fired)).toHaveLength(1)
      const over = await Promise.all(Array.from({ length: 20 }, () => resolve(alert)))
      expect(over.filter(({ resolved }) => resolved)).toHaveLength(1)
      const runs = await Promise.all([...firing, ...over].map(({ notification }) => told(notification)))
      expect(runs.filter(Boolean)).toHaveLength(2)
    })

    test('of twenty evaluators that see something new at once one has its way', async () => {
      const begun = await Promise.all(Array.from({ length: 20 }, () => under.alerts.begin(anAlert())))
      expect(begun.filter(Boolean)).toHaveLength(1)
      const fired = await Promise.all(Array.from({ length: 20 }, () => fire(anAlert({ subject: 'canary' }))))
      expect(fired.filter((one) => one.fired)).toHaveLength(1)
      const runs = await Promise.all(fired.map(({ notification }) => told(notification)))
      expect(runs.filter(Boolean)).toHaveLength(1)
    })

    test('what has not fired can be forgotten and not resolved; what has fired, the other way round', async () => {
      const [silent, firing] = [anAlert(), anAlert({ subject: 'canary' })]
      await under.alerts.begin(silent)
      await fire(firing)
      expect((await resolve(silent)).resolved).toBe(false)
      expect(await under.alerts.forget(firing.id)).toBe(false)
      expect(await under.alerts.forget(silent.id)).toBe(true)
      expect(await under.alerts.forget(silent.id)).toBe(false)
      expect((await under.alerts.standing()).map(({ id }) => id)).toEqual([firing.id])
      expect((await fire(silent)).fired).toBe(true)
    })

    test('notes what was seen of those that stand, and leaves the others as they were', async () => {
      const [standing, over] = [anAlert(), anAlert({ subject: 'canary' })]
      await fire(standing)
      await fire(over)
      await resolve(over)
      await under.alerts.see([standing, over].map(({ id }) => ({ id, value: 3_000, summary: 'Now.', at: T0 + 7 })))
      expect(await under.alerts.standing()).toMatchObject([{ value: 3_000, summary: 'Now.', lastSeenAt: T0 + 7, startedAt: T0 }])
      const { alerts } = await under.alerts.list({ isOpen: false }, { after: null, limit: 9 })
      expect(alerts).toMatchObject([{ value: 1_200, lastSeenAt: T0 }])
    })

    test('are listed newest first, page by page, by whether they are open and by rule', async () => {
      const alerts = Array.from({ length: 7 }, (_, index) =>
        anAlert({ subject: `s${index}`, startedAt: T0 + Math.floor(index / 2), rule: index % 2 === 0 ? 'backlog' : 'failure-rate' }),
      )
      for (const alert of alerts) await fire(alert)
      for (const alert of alerts.slice(0, 3)) await resolve(alert)
      await under.alerts.begin(anAlert({ subject: 'silent' }))
      const newestFirst = alerts.map(({ id }) => id).toReversed()

      const pages: string[][] = []
      for (let after: Parameters<Alerts['list']>[1]['after'] = null; ; ) {
        const page = await under.alerts.list({}, { after, limit: 3 })
        pages.push(page.alerts.map(({ id }) => id))
        after = page.next
        if (after === null) break
      }
      expect(pages.map(({ length }) => length)).toEqual([3, 3, 1])
      expect(pages.flat()).toEqual(newestFirst)
      expect(await listed({ isOpen: true })).toEqual(newestFirst.slice(0, 4))
      expect(await listed({ isOpen: false })).toEqual(newestFirst.slice(4))
      expect(await listed({ rule: 'failure-rate' })).toEqual(
        alerts
          .filter(({ rule }) => rule === 'failure-rate')
          .map(({ id }) => id)
          .toReversed(),
      )
    })
  })
}
