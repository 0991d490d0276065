// What is asked about organisations' accounts: each question is one statement that an index answers in its order.
import {
  ACCOUNT_TARGET,
  type AccountSelection,
  type OrganisationAccounts,
  type ReasonCode,
  STATUS_SYNC_ACTION,
  type SyncJob,
} from '@rollcall/status-sync'
import type { Dialect } from '../dialect.ts'
import { type PrismaClient, unwrapTransaction } from '../prisma.ts'
import { retryConflicts } from '../transaction.ts'
import { ACCOUNT_COLUMNS, type AccountRow, accountOf } from './account-rows.ts'
import { listed, WORDS } from './words.ts'

type Queries = Pick<OrganisationAccounts, 'page' | 'read' | 'holdersOf' | 'changesSince' | 'pushedLockOuts' | 'count'>

interface Statement {
  readonly sql: string
  readonly values: readonly unknown[]
}

export function createAccountQueries({ prisma, dialect }: { readonly prisma: PrismaClient; readonly dialect: Dialect }): Queries {
  const words = WORDS[dialect]
  const ask = <Row>({ sql, values }: Statement) => retryConflicts(() => prisma.$queryRawUnsafe<Row[]>(sql, ...values))
  const [first, second] = [words.parameter(1), words.parameter(2)]

  return {
    async page(page) {
      const rows = await ask<AccountRow>(selectPage(page, dialect))
      return rows.map(accountOf)
    },

    async read(userIds) {
      if (userIds.length === 0) return []
      const from = words.fromKeys({ parameter: first, table: 'OrganisationAccount', column: 'userId' })
      const rows = await ask<AccountRow>({ sql: `SELECT ${listed(ACCOUNT_COLUMNS, 'a')} ${from}`, values: [JSON.stringify(userIds)] })
      return rows.map(accountOf)
    },

    async holdersOf(registrationNumbers) {
      if (registrationNumbers.length === 0) return new Map()
      const from = words.fromKeys({ parameter: first, table: 'OrganisationAccount', column: 'numberKey' })
      const rows = await ask<{ registrationNumber: string; userId: string }>({
        sql: `SELECT a.[registrationNumber], a.[userId] ${from} WHERE a.[registrationNumber] IS NOT NULL`,
        values: [JSON.stringify(registrationNumbers)],
      })
      return new Map(rows.map(({ registrationNumber, userId }) => [registrationNumber, userId]))
    },

    async changesSince({ userIds, since }) {
      if (userIds.length === 0) return new Map()
      const from = words.fromKeys({ parameter: first, table: 'AuditLog', column: 'targetId' })
      const [previous, next] = [words.wordOf('a.[details]', '$.previousStatus'), words.wordOf('a.[details]', '$.newStatus')]
      const rows = await ask<{ userId: string; changes: number | bigint }>({
        sql: `SELECT a.[targetId] AS [userId], COUNT(*) AS [changes] ${from}
WHERE a.[targetType] = '${ACCOUNT_TARGET}' AND a.[at] >= ${second} AND a.[action] = '${STATUS_SYNC_ACTION}' AND ${previous} <> ${next}
GROUP BY a.[targetId]`,
        values: [JSON.stringify(userIds), words.time(since)],
      })
      return new Map(rows.map(({ userId, changes }) => [userId, Number(changes)]))
    },

    async pushedLockOuts({ tx, ...query }) {
      const asked = selectPushedLockOuts(query, dialect)
      if (!tx) return countIn(await ask<Counted>(asked))
      // On SQLite one transaction writes at a time: this one has claimed its runs.
      const sql = dialect === 'sqlserver' ? `${ONE_AT_A_TIME}\n${asked.sql}` : asked.sql
      return countIn(await unwrapTransaction(tx).$queryRawUnsafe<Counted[]>(sql, ...asked.values))
    },

    async count() {
      return countIn(await ask<Counted>({ sql: `SELECT COUNT(*) AS [accounts] FROM ${words.table('OrganisationAccount')}`, values: [] }))
    },
  }
}

interface Counted {
  readonly accounts: number | bigint
}

function countIn([row]: readonly Counted[]): number {
  if (!row) throw new Error('A count of accounts came without a row.')
  return Number(row.accounts)
}

/**
 * Until the transaction ends no other gets past this, so the count that follows, a statement of its own, sees what those before it have committed.
 * The row is the one whose settings say how many there may be. A row, since a deadlock over one is ended and begun again like any other; one over
 * sp_getapplock would not roll anybody back.
 */
const ONE_AT_A_TIME = `SET NOCOUNT ON;
DECLARE @limits NVARCHAR(60);
SELECT @limits = s.[name] FROM [dbo].[Schedule] AS s WITH (UPDLOCK, HOLDLOCK) WHERE s.[name] = N'${'userStatusSync' satisfies SyncJob}';`

/** Whoever was active before: those that have applied again, and new ones, were not. */
const WAS_ACTIVE = `a.[statusReason] <> '${'RESUBMITTED' satisfies ReasonCode}' AND a.[statusChangedAt] > a.[createdAt]`

function selectPushedLockOuts({ to, since, atMost }: Omit<Parameters<Queries['pushedLockOuts']>[0], 'tx'>, dialect: Dialect): Statement {
  const { limit, parameter, table, time, top } = WORDS[dialect]
  const pushed = `a.[statusSource] = 'realtime' AND a.[accountStatus] = '${to}' AND a.[statusChangedAt] >= ${parameter(1)}`
  const where = to === 'suspended' ? pushed : `${pushed} AND ${WAS_ACTIVE}`
  const some = `SELECT ${top(atMost)}a.[statusChangedAt] FROM ${table('OrganisationAccount')} AS a WHERE ${where}${limit(atMost)}`
  return { sql: `SELECT COUNT(*) AS [accounts] FROM (${some}) AS found`, values: [time(since)] }
}

export function selectPage({ selection, after, limit }: Parameters<OrganisationAccounts['page']>[0], dialect: Dialect): Statement {
  const words = WORDS[dialect]
  const values: unknown[] = []
  const add = (value: unknown) => words.parameter(values.push(value))
  const where = `a.[userId] > ${add(after ?? '')} AND ${conditionOf(selection, { ...words, add })}`
  const columns = `${words.top(limit)}${listed(ACCOUNT_COLUMNS, 'a')}`
  const sql = `SELECT ${columns} FROM ${words.table('OrganisationAccount')} AS a WHERE ${where} ORDER BY a.[userId]${words.limit(limit)}`
  return { sql, values }
}

function conditionOf(
  selection: AccountSelection,
  { unindexed, time, add }: Pick<(typeof WORDS)[Dialect], 'unindexed' | 'time'> & { add(value: unknown): string },
): string {
  switch (selection.kind) {
    case 'withRegistration':
      return `(${unindexed('a.[type]')} = 'organization' OR a.[registrationNumber] IS NOT NULL) AND ${unindexed('a.[accountStatus]')} <> 'closed'`
    case 'withoutNumber':
      return `a.[type] = 'organization' AND a.[registrationNumber] IS NULL AND ${unindexed('a.[accountStatus]')} <> 'closed'`
    case 'abandoned':
      return `${unindexed('a.[accountStatus]')} = 'pending_registration' AND a.[registrationNumber] IS NULL AND ${unindexed('a.[createdAt]')} < ${add(time(selection.createdBefore))}`
  }
}
