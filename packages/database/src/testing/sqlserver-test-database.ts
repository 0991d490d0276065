import { randomUUID } from 'node:crypto'
import { createDatabase } from '../create-database.ts'
import { deployMigrations } from '../migrate/index.ts'
import { withDatabase } from '../sqlserver/connection-string.ts'
import { openDedicatedConnection } from '../sqlserver/dedicated-connection.ts'
import type { TestDatabase } from './create-test-database.ts'

/** A database of its own on a server, created, migrated and dropped again. */
export async function createSqlServerTestDatabase(serverUrl: string): Promise<TestDatabase> {
  const name = `rollcall_test_${randomUUID().replaceAll('-', '')}`
  const admin = await openDedicatedConnection(withDatabase({ connectionString: serverUrl, database: 'master' }))
  await admin.batch(`CREATE DATABASE [${name}]`)
  const url = withDatabase({ connectionString: serverUrl, database: name })
  await deployMigrations({ url })
  const database = await createDatabase({ url })
  return {
    url,
    database,
    async cleanup() {
      await database.close()
      await admin.batch(`ALTER DATABASE [${name}] SET SINGLE_USER WITH ROLLBACK IMMEDIATE; DROP DATABASE [${name}]`)
      await admin.close()
    },
  }
}
