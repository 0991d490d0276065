// The alerts in SQL. `openKey` holds rule and subject while an alert stands, and its id afterwards, so that its index lets one stand at a time;
// whether a change is still to be made is asked in the statement that makes it, so that one evaluator makes it.
import type { Alert, AlertCursor, Alerts, NewAlert } from '@rollcall/alerts'
import type { NewRun } from '@rollcall/engine'
import type { Alert as AlertRow } from '../../generated/sqlserver/client.ts'
import { isUniqueViolation } from '../database-error.ts'
import type { LedgerSql } from '../ledger/ledger-sql.ts'
import type { PrismaClient, PrismaTransaction } from '../prisma.ts'
import { msOrNull } from '../time.ts'
import { inTransaction } from '../transaction.ts'

export function createAlerts({ prisma, sql }: { readonly prisma: PrismaClient; readonly sql: Pick<LedgerSql, 'startWithin'> }): Alerts {
  return {
    async standing() {
      return (await prisma.alert.findMany({ where: { resolvedAt: null }, orderBy: { startedAt: 'asc' } })).map(alertOfRow)
    },

    begin: (alert) => unlessTaken(async () => void (await prisma.alert.create({ data: rowOf(alert, null) }))),

    fire: (alert, { at, notification }) =>
      unlessTaken(() =>
        inTransaction(prisma, async (tx) => {
          const { severity, value, threshold, summary } = alert
          const { count } = await tx.alert.updateMany({
            where: { id: alert.id, firedAt: null, resolvedAt: null },
            data: { severity, value, threshold, summary, lastSeenAt: new Date(alert.lastSeenAt), firedAt: new Date(at) },
          })
          // One that has fired, or another of its rule and subject, has the key.
          if (count === 0) await tx.alert.create({ data: rowOf(alert, at) })
          await tell(tx, notification)
        }),
      ),

    see: (seen) =>
      inTransaction(prisma, async (tx) => {
        for (const { id, value, summary, at } of seen)
          await tx.alert.updateMany({ where: { id, resolvedAt: null }, data: { value, summary, lastSeenAt: new Date(at) } })
      }),

    async forget(id) {
      return (await prisma.alert.deleteMany({ where: { id, firedAt: null } })).count > 0
    },

    resolve: ({ id, at, notification }) =>
      inTransaction(prisma, async (tx) => {
        const { count } = await tx.alert.updateMany({
          where: { id, firedAt: { not: null }, resolvedAt: null },
          data: { openKey: id, resolvedAt: new Date(at) },
        })
        if (count > 0) await tell(tx, notification)
        return count > 0
      }),

    async list({ isOpen, rule }, { after, limit }) {
      const rows = await prisma.alert.findMany({
        where: {
          firedAt: { not: null },
          ...(isOpen !== undefined && { resolvedAt: isOpen ? null : { not: null } }),
          ...(rule !== undefined && { rule }),
          ...(after && { AND: behind(after) }),
        },
        orderBy: [{ startedAt: 'desc' }, { id: 'desc' }],
        // One more than asked tells whether there is a next page.
        take: limit + 1,
      })
      const alerts = rows.slice(0, limit).map(alertOfRow)
      const last = alerts.at(-1)
      return { alerts, next: rows.length > limit && last ? { startedAt: last.startedAt, id: last.id } : null }
    },
  }

  function tell(tx: PrismaTransaction, notification: NewRun): Promise<void> {
    return sql.startWithin(tx, [notification])
  }
}

/** False: another row has the key, or the id. */
async function unlessTaken(write: () => Promise<void>): Promise<boolean> {
  try {
    await write()
    return true
  } catch (error) {
    if (isUniqueViolation(error)) return false
    throw error
  }
}

function rowOf({ startedAt, lastSeenAt, ...alert }: NewAlert, firedAt: number | null) {
  return {
    ...alert,
    startedAt: new Date(startedAt),
    lastSeenAt: new Date(lastSeenAt),
    firedAt: firedAt === null ? null : new Date(firedAt),
    openKey: `${alert.rule}|${alert.subject}`,
  }
}

function alertOfRow({ openKey: _openKey, severity, startedAt, lastSeenAt, firedAt, resolvedAt, ...row }: AlertRow): Alert {
  return {
    ...row,
    severity: severityOf(severity),
    startedAt: startedAt.getTime(),
    lastSeenAt: lastSeenAt.getTime(),
    firedAt: msOrNull(firedAt),
    resolvedAt: msOrNull(resolvedAt),
  }
}

/** Only `rowOf` writes the column, from the words of the same type. */
function severityOf(word: string): Alert['severity'] {
  return word as Alert['severity']
}

/** The range comes first so that the index is entered where the page begins. */
function behind({ startedAt, id }: AlertCursor) {
  const at = new Date(startedAt)
  return [{ startedAt: { lte: at } }, { OR: [{ startedAt: { lt: at } }, { id: { lt: id } }] }]
}
