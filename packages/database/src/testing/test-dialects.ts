// On which databases this package's own suites run: SQLite always, SQL Server where TEST_SQLSERVER_URL names a server whose login may create
// databases.
import type { Dialect } from '../dialect.ts'
import { createTestDatabase, type TestDatabase } from './create-test-database.ts'
import { createSqlServerTestDatabase } from './sqlserver-test-database.ts'

export interface TestDialect {
  readonly dialect: Dialect
  /** A migrated database without rows, but for the roles. */
  open(): Promise<TestDatabase>
}

const sqlServerUrl = process.env.TEST_SQLSERVER_URL

export const testDialects: readonly TestDialect[] = [
  { dialect: 'sqlite', open: () => createTestDatabase() },
  ...(sqlServerUrl ? [{ dialect: 'sqlserver' as const, open: () => createSqlServerTestDatabase(sqlServerUrl) }] : []),
]
