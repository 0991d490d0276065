// What is sent to either database: a portion is one statement, and no question reads through a table.
import { DatabaseSync } from 'node:sqlite'
import { newId, T0 } from '@rollcall/engine/testing/ledger-contract'
import type { ImportStore } from '@rollcall/provisioning'
import { expect, onTestFinished, test } from 'vitest'
import { createSqlServerClient } from '../open-client.ts'
import { wrapTransaction } from '../prisma.ts'
import { createTestDatabase } from '../testing/create-test-database.ts'
import { createRecordingDriver } from '../testing/recording-driver.ts'
import { IMPORT_SQL } from './import-sql.ts'
import { createImportStore } from './import-store.ts'

const row = { rowNumber: 2, outcome: 'pending', cells: ['Щ'], errors: [], errorCode: null, personId: 'P', schoolId: '7' } as const
const change = { rowNumber: 2, outcome: 'started', runUuid: 'r', errorCode: null } as const

test('a portion crosses to SQL Server in one request, as JSON', async () => {
  // Every statement changes one row.
  const { factory, requests } = createRecordingDriver(() => [{}])
  const prisma = await createSqlServerClient({ adapter: factory })
  onTestFinished(() => prisma.$disconnect())
  const imports = createImportStore({ prisma, dialect: 'sqlserver' })
  await imports.stage('i', [row, { ...row, rowNumber: 3 }])
  await prisma.$transaction((tx) => imports.change(wrapTransaction(tx), { importId: 'i', rows: [change], at: T0 }))
  expect(requests.map(({ kind }) => kind)).toEqual(['execute', 'begin', 'execute', 'execute', 'commit'])
  const [staging, , changing] = requests
  expect(staging?.args).toEqual([
    JSON.stringify(
      [2, 3].map((rowNumber) => ({
        rowNumber,
        outcome: 'pending',
        errorCode: null,
        personId: 'P',
        cells: '["Щ"]',
        errors: null,
        scopeId: '7',
      })),
    ),
    'i',
  ])
  expect([staging?.sql, changing?.sql].join('\n')).toMatchInlineSnapshot(`
    "INSERT INTO [dbo].[ImportRow] ([importId], [rowNumber], [outcome], [cells], [errors], [errorCode], [personId], [scopeId])
    SELECT @P2, j.[rowNumber], j.[outcome], j.[cells], j.[errors], j.[errorCode], j.[personId], j.[scopeId] FROM OPENJSON(@P1) WITH ([rowNumber] INT '$.rowNumber', [outcome] NVARCHAR(4000) '$.outcome', [cells] NVARCHAR(MAX) '$.cells', [errors] NVARCHAR(MAX) '$.errors', [errorCode] NVARCHAR(4000) '$.errorCode', [personId] NVARCHAR(4000) '$.personId', [scopeId] NVARCHAR(4000) '$.scopeId') AS j;
    UPDATE r SET [outcome] = j.[outcome], [runUuid] = j.[runUuid], [errorCode] = j.[errorCode]
    FROM OPENJSON(@P1) WITH ([rowNumber] INT '$.rowNumber', [outcome] NVARCHAR(4000) '$.outcome', [runUuid] NVARCHAR(4000) '$.runUuid', [errorCode] NVARCHAR(4000) '$.errorCode') AS j
    INNER LOOP JOIN [dbo].[ImportRow] AS r ON r.[importId] = @P2 AND r.[rowNumber] = j.[rowNumber]
    WHERE j.[runUuid] IS NULL OR r.[cells] IS NOT NULL;"
  `)
})

test('what is discarded goes in portions of row numbers, in statements that SQL Server takes', async () => {
  const firsts = [2, 1_002]
  const { factory, requests } = createRecordingDriver(({ kind, sql }) => {
    const first = kind === 'query' && sql.includes('[ImportRow]') ? firsts.shift() : undefined
    return first === undefined ? [] : [{ rowNumber: first }]
  })
  const prisma = await createSqlServerClient({ adapter: factory })
  onTestFinished(() => prisma.$disconnect())
  await createImportStore({ prisma, dialect: 'sqlserver' }).discard('i')
  const deleted = requests.filter(({ kind }) => kind === 'execute')
  expect(deleted.map(({ sql, args }) => [/FROM (\S+)/.exec(sql)?.[1], ...args])).toEqual([
    ['[dbo].[ImportRow]', 'i', 1_002],
    ['[dbo].[ImportRow]', 'i', 2_002],
    ['[dbo].[Import]', 'i'],
  ])
  // T-SQL compares no tuples.
  expect(deleted.filter(({ sql }) => /\],\s*\[[^)]*\) IN/.test(sql))).toEqual([])
})

test('what stands where is counted in portions of row numbers', async () => {
  const { factory, requests } = createRecordingDriver((_request, index) => (index === 0 ? [{ rowNumber: 7_000 }] : []))
  const prisma = await createSqlServerClient({ adapter: factory })
  onTestFinished(() => prisma.$disconnect())
  const imports = createImportStore({ prisma, dialect: 'sqlserver' })
  await imports.counts({ id: 'i' })
  const [, first, second, ...more] = requests
  expect([first?.args, second?.args, more]).toEqual([['i', 0, 5_000], ['i', 5_000, 10_000], []])
  expect(first?.sql).toContain('WHERE i.importId = @P1 AND i.rowNumber > @P2 AND i.rowNumber <= @P3')
})

test.each<[string, (imports: ImportStore) => Promise<unknown>]>([
  ['the rows that wait', (imports) => imports.pending({ importId: newId(), limit: 200 })],
  ['those that are not settled', (imports) => imports.unsettled({ importId: newId(), after: 0, to: 200 })],
  ['a page of rows', (imports) => imports.rows({ importId: newId() }, { after: 7, limit: 100 })],
  ['a page of rows with one outcome', (imports) => imports.rows({ importId: newId(), outcomes: ['invalid'] }, { after: 7, limit: 100 })],
  ['the counts', (imports) => imports.counts({ id: newId() })],
  ['the next page of imports', (imports) => imports.list({}, { after: { createdAt: T0, id: newId() }, limit: 50 })],
  ['the runs of persons', (imports) => imports.runsOf({ personIds: ['A', 'B'], orEnded: true })],
  ['the import’s own run', (imports) => imports.ownRun(newId())],
  ['what was left behind', (imports) => imports.sweep({ before: T0 })],
  ['what is discarded', (imports) => imports.discard(newId())],
])('%s: found by an index, in its order', async (_what, ask) => {
  const statements: string[] = []
  const { url, database, cleanup } = await createTestDatabase({ onQuery: (sql) => statements.push(sql) })
  onTestFinished(cleanup)
  const id = newId()
  await database.imports.begin({ id, requestedBy: 'x', columns: { delimiter: ';', names: ['role'] }, createdAt: T0 + 1 })
  await database.imports.stage(id, [row])
  statements.splice(0)
  await ask(database.imports)
  const db = new DatabaseSync(url.slice('file:'.length), { readOnly: true })
  onTestFinished(() => db.close())
  const asked = statements.map((sql) => sql.trim()).filter((sql) => /^(SELECT|UPDATE|DELETE)/.test(sql))
  expect(asked.length).toBeGreaterThan(0)
  const plans = asked.flatMap((sql) => db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all()).map(({ detail }) => String(detail))
  expect(plans.filter((plan) => plan.startsWith('SCAN') && !plan.includes('json_each'))).toEqual([])
  expect(plans.filter((plan) => plan.includes('ORDER BY'))).toEqual([])
})

test('a portion is found row by row, however large its import is', async () => {
  const { url, cleanup } = await createTestDatabase()
  onTestFinished(cleanup)
  const db = new DatabaseSync(url.slice('file:'.length), { readOnly: true })
  onTestFinished(() => db.close())
  const plan = db.prepare(`EXPLAIN QUERY PLAN ${IMPORT_SQL.sqlite.change}`).all()
  expect(plan.map(({ detail }) => detail)).toContainEqual(expect.stringMatching(/^SEARCH ImportRow .*\(importId=\? AND rowNumber=\?\)$/))
})
