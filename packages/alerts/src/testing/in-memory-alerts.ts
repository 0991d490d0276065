import type { Ledger, NewRun } from '@rollcall/engine'
import type { Alert, Alerts } from '../ports/alerts.ts'

/** Alerts in memory, whose notifications are accepted by a ledger in memory. */
export function createInMemoryAlerts({
  ledger,
}: {
  readonly ledger: Pick<Ledger, 'accept'>
}): Alerts & { readonly all: () => readonly Alert[] } {
  const rows = new Map<string, Alert>()
  const standing = () => [...rows.values()].filter(({ resolvedAt }) => resolvedAt === null)
  const stands = ({ rule, subject }: Pick<Alert, 'rule' | 'subject'>) =>
    standing().find((alert) => alert.rule === rule && alert.subject === subject) ?? null
  const start = (run: NewRun) => ledger.accept({ groupUuid: run.groupUuid, request: null, runs: [run] })

  return {
    all: () => [...rows.values()],

    async standing() {
      return standing()
    },

    async begin(alert) {
      if (stands(alert)) return false
      rows.set(alert.id, { ...alert, firedAt: null, resolvedAt: null })
      return true
    },

    async fire(alert, { at, notification }) {
      const before = stands(alert)
      if (before ? before.id !== alert.id || before.firedAt !== null : rows.has(alert.id)) return false
      rows.set(alert.id, { ...alert, startedAt: before?.startedAt ?? alert.startedAt, firedAt: at, resolvedAt: null })
      await start(notification)
      return true
    },

    async see(seen) {
      for (const { id, value, summary, at } of seen) {
        const alert = rows.get(id)
        if (alert && alert.resolvedAt === null) rows.set(id, { ...alert, value, summary, lastSeenAt: at })
      }
    },

    async forget(id) {
      const alert = rows.get(id)
      return alert !== undefined && alert.firedAt === null && rows.delete(id)
    },

    async resolve({ id, at, notification }) {
      const alert = rows.get(id)
      if (!alert || alert.firedAt === null || alert.resolvedAt !== null) return false
      rows.set(id, { ...alert, resolvedAt: at })
      await start(notification)
      return true
    },

    async list({ isOpen, rule }, { after, limit }) {
      const found = [...rows.values()]
        .filter((alert) => alert.firedAt !== null)
        .filter((alert) => isOpen === undefined || (alert.resolvedAt === null) === isOpen)
        .filter((alert) => rule === undefined || alert.rule === rule)
        .filter((alert) => after === null || isBehind(alert, after))
        .toSorted((a, b) => (isBehind(a, b) ? 1 : -1))
      const alerts = found.slice(0, limit)
      const last = alerts.at(-1)
      return { alerts, next: found.length > limit && last ? { startedAt: last.startedAt, id: last.id } : null }
    },
  }
}

type Place = Pick<Alert, 'startedAt' | 'id'>

/** Newest first. */
function isBehind(alert: Place, other: Place): boolean {
  return alert.startedAt < other.startedAt || (alert.startedAt === other.startedAt && alert.id < other.id)
}
