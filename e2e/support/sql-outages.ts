// The databases on which a fleet can lose its SQL: SQLite always, and SQL Server where TEST_SQLSERVER_URL names a server whose login may create
// databases.
import { createSqlServerTestDatabase } from '@rollcall/database/testing'
import { lockDatabase } from './lock-database.ts'
import { startTcpProxy } from './start-tcp-proxy.ts'
import { startTestFleet, type TestFleet } from './start-test-fleet.ts'

export interface FleetThatLosesSql {
  readonly fleet: TestFleet
  /** Takes SQL away from the whole fleet, until the returned function is called. */
  loseSql(): () => void
  end(): Promise<void>
}

export interface SqlOutage {
  readonly title: string
  start(): Promise<FleetThatLosesSql>
}

const serverUrl = process.env.TEST_SQLSERVER_URL

export const sqlOutages: readonly SqlOutage[] = [
  { title: 'another process holds the SQLite file', start: startOnSqlite },
  ...(serverUrl ? [{ title: 'the connections to SQL Server are cut', start: () => startOnSqlServer(serverUrl) }] : []),
]

async function startOnSqlite(): Promise<FleetThatLosesSql> {
  const fleet = await startTestFleet()
  return { fleet, loseSql: () => lockDatabase(fleet.databaseUrl), end: () => fleet.end() }
}

async function startOnSqlServer(server: string): Promise<FleetThatLosesSql> {
  const { url, cleanup } = await createSqlServerTestDatabase(server)
  const [, host = '', port = '1433'] = /^sqlserver:\/\/([^:;]+)(?::(\d+))?/.exec(url) ?? []
  const proxy = await startTcpProxy({ host, port: Number(port) })
  const fleet = await startTestFleet({ DATABASE_URL: url.replace(/^sqlserver:\/\/[^;]+/, `sqlserver://${proxy.host}:${proxy.port}`) })
  return {
    fleet,
    loseSql: () => proxy.cut(),
    async end() {
      await fleet.end()
      await proxy.close()
      await cleanup()
    },
  }
}
