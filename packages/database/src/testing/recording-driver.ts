import {
  ColumnTypeEnum,
  type SqlDriverAdapter,
  type SqlDriverAdapterFactory,
  type SqlQuery,
  type SqlResultSet,
} from '@prisma/driver-adapter-utils'

/** One message that would cross the network. */
export interface DriverRequest {
  readonly kind: 'begin' | 'query' | 'execute' | 'commit' | 'rollback'
  readonly sql: string
  readonly args: readonly unknown[]
}

export interface RecordingDriver {
  readonly factory: SqlDriverAdapterFactory
  readonly requests: DriverRequest[]
}

type Row = Readonly<Record<string, string | number | null>>
type Answer = (request: DriverRequest, index: number) => readonly Row[] | Promise<readonly Row[]>

/** Stands where SQL Server's driver would: writes down what Prisma sends, and answers every query with the rows that it is given. */
export function createRecordingDriver(answer: Answer): RecordingDriver {
  const requests: DriverRequest[] = []
  const info = { provider: 'sqlserver', adapterName: 'recording' } as const
  const send = async (kind: DriverRequest['kind'], query?: SqlQuery) => {
    const request = { kind, sql: query?.sql ?? '', args: query?.args ?? [] }
    requests.push(request)
    return answer(request, requests.length - 1)
  }
  const queryable = {
    ...info,
    queryRaw: async (query: SqlQuery) => resultSet(await send('query', query)),
    executeRaw: async (query: SqlQuery) => (await send('execute', query)).length,
  }
  const adapter: SqlDriverAdapter = {
    ...queryable,
    executeScript: () => Promise.reject(new Error('SQL Server’s driver takes no scripts.')),
    async startTransaction(level) {
      await send('begin', { sql: '', args: level ? [level] : [], argTypes: [] })
      return {
        ...queryable,
        options: { usePhantomQuery: true },
        commit: async () => void (await send('commit')),
        rollback: async () => void (await send('rollback')),
      }
    },
    getConnectionInfo: () => ({ maxBindValues: 2_098, schemaName: 'dbo', supportsRelationJoins: false }),
    dispose: async () => undefined,
  }
  return { requests, factory: { ...info, connect: async () => adapter } }
}

function resultSet(rows: readonly Row[]): SqlResultSet {
  const columnNames = Object.keys(rows[0] ?? {})
  return {
    columnNames,
    columnTypes: columnNames.map((name) =>
      rows.some((row) => typeof row[name] === 'number') ? ColumnTypeEnum.Double : ColumnTypeEnum.Text,
    ),
    rows: rows.map((row) => columnNames.map((name) => row[name])),
  }
}
