export { openSqlite, type SqliteConnection } from './connection.ts'
export { createSqliteAdapter } from './sqlite-adapter.ts'
