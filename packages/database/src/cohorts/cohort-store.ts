import type { RunStatus } from '@rollcall/engine'
import type { CohortStore, ItemOutcome } from '@rollcall/operations'
import { chunks } from '../chunks.ts'
import type { Dialect } from '../dialect.ts'
import { clipped } from '../ledger/run-row.ts'
import { type PrismaClient, unwrapTransaction } from '../prisma.ts'
import { msOrNull } from '../time.ts'
import { retryConflicts } from '../transaction.ts'
import { type CohortSql, countKinds, countScopes, endedIn, selectMeant, WORDS } from './cohort-sql.ts'

/** SQL Server takes 2,100 parameters: three columns each. */
const ITEMS_PER_INSERT = 600

/** ?1 or @P1 the cohort, 2 the refusals as JSON, which leaves one plan whatever their number, 3 the time. */
const REFUSE: Readonly<Record<Dialect, string>> = {
  // Materialised, since SQLite would otherwise walk what is pending and read the refusals anew for each of it.
  sqlite: `WITH j AS MATERIALIZED (SELECT value ->> 'runUuid' AS runUuid, value ->> 'errorCode' AS errorCode, value ->> 'detail' AS detail FROM json_each(?2))
UPDATE CohortItem SET outcome = 'refused', errorCode = j.errorCode, detail = j.detail, at = ?3
FROM j WHERE CohortItem.cohortUuid = ?1 AND CohortItem.runUuid = j.runUuid AND CohortItem.outcome = 'pending'`,
  sqlserver: `UPDATE c SET [outcome] = N'refused', [errorCode] = j.[errorCode], [detail] = j.[detail], [at] = @P3
FROM OPENJSON(@P2) WITH ([runUuid] NVARCHAR(4000) '$.runUuid', [errorCode] NVARCHAR(4000) '$.errorCode', [detail] NVARCHAR(4000) '$.detail') AS j
INNER LOOP JOIN [dbo].[CohortItem] AS c ON c.[cohortUuid] = @P1 AND c.[runUuid] = j.[runUuid] COLLATE Latin1_General_100_BIN2
WHERE c.[outcome] = N'pending'`,
}

export function createCohortStore({ prisma, dialect }: { prisma: PrismaClient; dialect: Dialect }): CohortStore {
  const words = WORDS[dialect]
  const ask = <Row>({ sql, values }: CohortSql) => retryConflicts(() => prisma.$queryRawUnsafe<Row[]>(sql, ...values))

  return {
    async count(query) {
      const kinds = await ask<Counted & { process: string; endedIn: string; errorCode: string | null }>(countKinds(query, dialect))
      const scopes = await ask<Counted & { scopeId: string | null }>(countScopes(query, dialect))
      const counted = kinds.map(withCount)
      return { total: counted.reduce((sum, { count }) => sum + count, 0), kinds: counted, scopes: scopes.map(withCount) }
    },

    async select(page) {
      const rows = await ask<{ uuid: string; createdAt: Date }>(selectMeant(page, dialect))
      return rows.map(({ uuid, createdAt }) => ({ uuid, createdAt: createdAt.getTime() }))
    },

    async add(tx, { cohortUuid, runUuids }) {
      for (const some of chunks(runUuids, ITEMS_PER_INSERT)) {
        await unwrapTransaction(tx).cohortItem.createMany({ data: some.map((runUuid) => ({ cohortUuid, runUuid, outcome: 'pending' })) })
      }
    },

    async pending({ cohortUuid, before, limit }) {
      const { items, limit: atMost, parameter, runs, top } = words
      const rows = await ask<{ runUuid: string; version: number | null; endedIn: string | null }>({
        sql: `SELECT ${top(limit)}i.runUuid, r.version, ${endedIn(words)} AS endedIn
FROM ${items} AS i LEFT JOIN ${runs} AS r ON r.uuid = i.runUuid
WHERE i.cohortUuid = ${parameter(1)} AND i.outcome = 'pending'${before === null ? '' : ` AND i.runUuid < ${parameter(2)}`}
ORDER BY i.runUuid DESC${atMost(limit)}`,
        values: before === null ? [cohortUuid] : [cohortUuid, before],
      })
      return rows.map(({ runUuid, version, endedIn: state }) => ({
        runUuid,
        ended: version === null || state === null ? null : { version, state },
      }))
    },

    async markReplayed(tx, { cohortUuid, runUuid, at }) {
      const { count } = await unwrapTransaction(tx).cohortItem.updateMany({
        where: { cohortUuid, runUuid, outcome: 'pending' },
        data: { outcome: 'replayed', at: new Date(at) },
      })
      return count === 1
    },

    async markRefused(tx, { cohortUuid, items, at }) {
      if (items.length === 0) return
      const refusals = JSON.stringify(items.map((item) => ({ ...item, detail: clipped(item.detail) })))
      await unwrapTransaction(tx).$executeRawUnsafe(REFUSE[dialect], cohortUuid, refusals, words.time(at))
    },

    async outcomes(cohortUuid) {
      const { items, parameter, runs } = words
      const counts = await retryConflicts(() =>
        prisma.cohortItem.groupBy({ by: ['outcome', 'errorCode'], where: { cohortUuid }, _count: { _all: true } }),
      )
      const replayed = await ask<Counted & { status: RunStatus | null }>({
        sql: `SELECT r.status, COUNT(*) AS runs FROM ${items} AS i LEFT JOIN ${runs} AS r ON r.uuid = i.runUuid
WHERE i.cohortUuid = ${parameter(1)} AND i.outcome = 'replayed' GROUP BY r.status`,
        values: [cohortUuid],
      })
      return {
        items: counts.map(({ outcome, errorCode, _count }) => ({ outcome: outcomeOf(outcome), errorCode, count: _count._all })),
        replayed: replayed.map(withCount),
      }
    },

    async items({ cohortUuid, outcome, after, limit }) {
      const rows = await retryConflicts(() =>
        prisma.cohortItem.findMany({
          where: { cohortUuid, ...(outcome !== null && { outcome }), ...(after !== null && { runUuid: { gt: after } }) },
          orderBy: { runUuid: 'asc' },
          take: limit,
        }),
      )
      return rows.map(({ runUuid, outcome: word, errorCode, detail, at }) => ({
        runUuid,
        outcome: outcomeOf(word),
        errorCode,
        detail,
        at: msOrNull(at),
      }))
    },
  }
}

interface Counted {
  readonly runs: number | bigint
}

function withCount<Row extends Counted>({ runs, ...row }: Row): Omit<Row, 'runs'> & { count: number } {
  return { ...row, count: Number(runs) }
}

/** Only this store writes the column, from the words of the same type. */
function outcomeOf(word: string): ItemOutcome {
  return word as ItemOutcome
}
