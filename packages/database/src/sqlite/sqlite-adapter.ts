// Prisma's driver adapter over our own SQLite connection. It exists because the official ones let another caller's statement slip into an
// open transaction (and lose it on rollback) or refuse writes when several processes share a file; `connection.ts` does neither.
// Times are stored as milliseconds since 1970, which the ledger's prepared statements write too.
import {
  type ColumnType,
  ColumnTypeEnum,
  DriverAdapterError,
  type IsolationLevel,
  type SqlDriverAdapter,
  type SqlDriverAdapterFactory,
  type SqlQuery,
  type SqlResultSet,
  type Transaction,
} from '@prisma/driver-adapter-utils'
import type { OpenTransaction, SqliteConnection } from './connection.ts'
import { throwAsDriverError } from './driver-error.ts'
import { bindArguments, columnTypes, decodeRows } from './values.ts'

const info = { provider: 'sqlite', adapterName: 'rollcall-node-sqlite' } as const

export function createSqliteAdapter(connection: SqliteConnection): SqlDriverAdapterFactory {
  return { ...info, connect: async () => adapterOf(connection) }
}

function adapterOf(connection: SqliteConnection): SqlDriverAdapter {
  return {
    ...info,
    queryRaw: (query) => connection.inTurn(() => runQuery({ connection, query })).catch(throwAsDriverError),
    executeRaw: (query) => connection.inTurn(() => runStatement({ connection, query })).catch(throwAsDriverError),
    executeScript: (script) => connection.script(script).catch(throwAsDriverError),
    startTransaction: async (level?: IsolationLevel) => {
      if (level && level !== 'SERIALIZABLE') throw new DriverAdapterError({ kind: 'InvalidIsolationLevel', level })
      return transactionOf({ connection, open: await connection.begin().catch(throwAsDriverError) })
    },
    getConnectionInfo: () => ({ maxBindValues: 32_766, supportsRelationJoins: false }),
    dispose: () => connection.close(),
  }
}

function transactionOf({ connection, open }: { connection: SqliteConnection; open: OpenTransaction }): Transaction {
  const run = async <T>(body: () => T): Promise<T> => {
    try {
      return body()
    } catch (error) {
      return throwAsDriverError(error)
    }
  }
  const execute = (sql: string) => run(() => void connection.prepareForArrays(sql).run())
  return {
    ...info,
    // We send COMMIT and ROLLBACK ourselves: a failed COMMIT must not leave the connection inside a dead transaction.
    options: { usePhantomQuery: true },
    queryRaw: (query) => run(() => runQuery({ connection, query })),
    executeRaw: (query) => run(() => runStatement({ connection, query })),
    commit: () => open.commit().catch(throwAsDriverError),
    rollback: () => run(open.rollback),
    createSavepoint: (name) => execute(`SAVEPOINT ${name}`),
    rollbackToSavepoint: (name) => execute(`ROLLBACK TO ${name}`),
    releaseSavepoint: (name) => execute(`RELEASE SAVEPOINT ${name}`),
  }
}

interface Execution {
  readonly connection: SqliteConnection
  readonly query: SqlQuery
}

function runQuery({ connection, query }: Execution): SqlResultSet {
  const statement = connection.prepareForArrays(query.sql)
  const columns = statement.columns()
  const args = bindArguments(query)
  if (columns.length === 0) {
    statement.run(...args)
    return { columnNames: [], columnTypes: [], rows: [] }
  }
  const rows = statement.all(...args) as unknown as unknown[][]
  const types: ColumnType[] = columnTypes({ columns, rows })
  decodeRows({ rows, isTime: types.map((type) => type === ColumnTypeEnum.DateTime) })
  return { columnNames: columns.map(({ name }) => name), columnTypes: types, rows }
}

function runStatement({ connection, query }: Execution): number {
  return Number(connection.prepareForArrays(query.sql).run(...bindArguments(query)).changes)
}
