// A cohort is counted while an operator waits, over a ledger of millions: it reads the ended runs that an index names, and of their histories
// one entry each. SQLite tells its plans, and SQL Server has the same indexes.
import { DatabaseSync } from 'node:sqlite'
import { T0 } from '@rollcall/engine/testing/ledger-contract'
import type { CohortFilter } from '@rollcall/operations'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createTestDatabase } from '../testing/create-test-database.ts'
import { type CohortSql, countKinds, countScopes, selectMeant } from './cohort-sql.ts'

async function planOf({ sql }: CohortSql): Promise<string[]> {
  const { url, cleanup } = await createTestDatabase()
  onTestFinished(cleanup)
  const db = new DatabaseSync(url.slice('file:'.length), { readOnly: true })
  onTestFinished(() => db.close())
  return db
    .prepare(`EXPLAIN QUERY PLAN ${sql}`)
    .all()
    .map(({ detail }) => String(detail))
}

const query = (filter: Partial<CohortFilter>) => ({ filter: { status: 'failed' as const, ...filter }, asOf: T0 })
const LOOK_BACK = 'SEARCH e USING INDEX sqlite_autoindex_ObjectHistory_1 (runUuid=?)'

test.each<[string, Partial<CohortFilter>, string]>([
  ['process', { process: 'account-create' }, 'status_idx (status=? AND'],
  ['state', { endedIn: 'FIRST' }, 'status_idx (status=? AND'],
  ['time', { endedFrom: T0 - 1, endedTo: T0 }, 'status_idx (status=? AND'],
  ['error code', { errorCode: 'X_BUSY', process: 'account-create' }, 'error_idx (errorCode=? AND'],
  ['school', { scopeId: 's1', errorCode: 'X_BUSY', endedIn: 'FIRST' }, 'scope_idx (scopeId=? AND'],
  ['group', { groupUuid: 'g', scopeId: 's1' }, 'group_idx (groupUuid=? AND'],
])('a cohort by %s is walked in the order of its index, from where the page begins', async (_, filter, index) => {
  const page = { ...query(filter), after: { createdAt: T0, uuid: 'u' }, limit: 1_000 }
  const [walk, ...others] = await planOf(selectMeant(page, 'sqlite'))
  expect(walk).toContain(`SEARCH r USING INDEX AzureDataSync_${index}`)
  expect(walk).toContain('createdAt>? AND createdAt<?')
  expect(others).toEqual(filter.endedIn === undefined ? [] : ['CORRELATED SCALAR SUBQUERY 1', LOOK_BACK])
})

test('counting looks each run’s last event up by the history’s key, and scans nothing', async () => {
  const kinds = await planOf(countKinds(query({ endedIn: 'FIRST' }), 'sqlite'))
  const scopes = await planOf(countScopes({ ...query({ endedIn: 'FIRST' }), scopes: 20 }, 'sqlite'))
  const plans = [...kinds, ...scopes]
  expect(plans.filter((line) => line.includes('SEARCH e')).length).toBeGreaterThan(1)
  expect(new Set(plans.filter((line) => line.includes(' e '))), plans.join('\n')).toEqual(new Set([LOOK_BACK]))
  expect(plans.filter((line) => line.startsWith('SCAN') && !line.includes('SUBQUERY') && !line.startsWith('SCAN c'))).toEqual([])
})

describe('on SQL Server', () => {
  test('a page is one statement that names its index’s columns and looks the history up by its key', () => {
    const page = { ...query({ scopeId: 's1', endedIn: 'FIRST' }), after: { createdAt: T0, uuid: 'u' }, limit: 1_000 }
    expect(selectMeant(page, 'sqlserver')).toMatchInlineSnapshot(`
      {
        "sql": "SELECT TOP (1000) r.uuid, r.createdAt FROM [dbo].[AzureDataSync] AS r WHERE r.scopeId = @P1 AND r.status = @P2 AND r.createdAt < @P3 AND r.updatedAt <= @P4 AND r.process <> @P5 AND ISNULL((SELECT TOP (1) e.state COLLATE Latin1_General_100_BIN2 FROM [dbo].[ObjectHistory] AS e WHERE e.runUuid = r.uuid AND e.version = r.version - 1 AND e.status <> 'superseded' ORDER BY e.id DESC), r.state) = @P6 AND r.createdAt >= @P7 AND (r.createdAt > @P7 OR r.uuid > @P8) ORDER BY r.createdAt, r.uuid",
        "values": [
          "s1",
          "failed",
          "2026-01-05T08:00:00.001",
          "2026-01-05T08:00:00.000",
          "replay-cohort",
          "FIRST",
          "2026-01-05T08:00:00.000",
          "u",
        ],
      }
    `)
  })

  test('the history is looked up once per run: of a subquery in a COALESCE the server makes two', () => {
    expect(countKinds(query({ endedIn: 'FIRST' }), 'sqlserver').sql).not.toContain('COALESCE')
  })

  test('kinds are counted over a derived table, since a subquery may not be grouped by', () => {
    expect(countKinds(query({ createdFrom: T0 - 1 }), 'sqlserver').sql).toMatchInlineSnapshot(
      `"SELECT c.process, c.endedIn, c.errorCode, COUNT(*) AS runs FROM (SELECT r.process, ISNULL((SELECT TOP (1) e.state COLLATE Latin1_General_100_BIN2 FROM [dbo].[ObjectHistory] AS e WHERE e.runUuid = r.uuid AND e.version = r.version - 1 AND e.status <> 'superseded' ORDER BY e.id DESC), r.state) AS endedIn, r.errorCode FROM [dbo].[AzureDataSync] AS r WHERE r.status = @P1 AND r.createdAt < @P2 AND r.updatedAt <= @P3 AND r.process <> @P4 AND r.createdAt >= @P5) AS c GROUP BY c.process, c.endedIn, c.errorCode"`,
    )
  })
})
