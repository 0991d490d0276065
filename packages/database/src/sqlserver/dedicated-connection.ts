import type { ConnectionPool } from 'mssql'
import { withConnectionLimit, withoutRequestTimeout } from './connection-string.ts'
import { createMssqlAdapter } from './mssql-adapter.ts'

type Row = Readonly<Record<string, unknown>>

/** One connection to SQL Server for what needs a session of its own: locks and migration scripts. */
export interface DedicatedConnection {
  query(text: string, parameters?: Readonly<Record<string, string>>): Promise<Row[]>
  /** Runs a script as it stands, without parameters. */
  batch(text: string): Promise<void>
  close(): Promise<void>
}

export async function openDedicatedConnection(connectionString: string): Promise<DedicatedConnection> {
  // Prisma's adapter reads the same connection strings as Prisma does; the pool behind it, held at one connection, does the rest.
  const factory = await createMssqlAdapter(withoutRequestTimeout(withConnectionLimit({ connectionString, limit: 1 })))
  const adapter = await factory.connect()
  const pool: ConnectionPool = adapter.underlyingDriver()
  return {
    async query(text, parameters = {}) {
      const request = pool.request()
      for (const [name, value] of Object.entries(parameters)) request.input(name, value)
      const answer = await request.query<Row>(text)
      return [...(answer.recordset ?? [])]
    },
    async batch(text) {
      await pool.request().batch(text)
    },
    close: () => adapter.dispose(),
  }
}
