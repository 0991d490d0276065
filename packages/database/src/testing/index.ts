export { createTestDatabase, type TestDatabase } from './create-test-database.ts'
export { createSqlServerStandIn, type SqlServerStandIn } from './sql-server-stand-in.ts'
export { createSqlServerTestDatabase } from './sqlserver-test-database.ts'
