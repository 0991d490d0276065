import { expect, onTestFinished, test } from 'vitest'
import { databaseOver } from '../create-database.ts'
import { createSqlServerClient } from '../open-client.ts'
import { createTestDatabase } from '../testing/create-test-database.ts'
import { createRecordingDriver } from '../testing/recording-driver.ts'

async function answered(rows: readonly { readonly isOn: number }[]) {
  const { factory, requests } = createRecordingDriver(() => rows)
  const prisma = await createSqlServerClient({ adapter: factory })
  onTestFinished(() => prisma.$disconnect())
  const database = databaseOver({ dialect: 'sqlserver', prisma, close: () => prisma.$disconnect() })
  return { answer: () => database.readCommittedSnapshot(), requests }
}

test('whether reads go past commits is asked of SQL Server’s own catalogue, in one request', async () => {
  const { answer, requests } = await answered([{ isOn: 0 }])
  expect(await answer()).toBe(false)
  expect(requests.map(({ sql }) => sql)).toMatchInlineSnapshot(`
    [
      "SELECT CAST([is_read_committed_snapshot_on] AS INT) AS [isOn]
    FROM [sys].[databases]
    WHERE [database_id] = DB_ID();",
    ]
  `)
  expect(await (await answered([{ isOn: 1 }])).answer()).toBe(true)
})

test('a catalogue without this database is an error, and no answer', async () => {
  const { answer } = await answered([])
  await expect(answer()).rejects.toThrow('sys.databases has no row for this database.')
})

test('SQLite has no such setting', async () => {
  const { database, cleanup } = await createTestDatabase()
  onTestFinished(cleanup)
  expect(await database.readCommittedSnapshot()).toBeNull()
})
