// What became of a statement, read from the errors of Prisma, its driver adapters, mssql and node:sqlite: the one place that knows them.
import { engineErrors, LedgerUnavailableError } from '@rollcall/engine'
import { isSqliteBusy, isSqliteStorageFault, isSqliteUniqueViolation } from './sqlite/sqlite-error.ts'

/** Prisma: authentication, reachability, missing database, time-outs, closed connections, and P2028 for a full pool or a lost transaction. */
const UNAVAILABLE_PRISMA_CODES: ReadonlySet<string> = new Set([
  ...['P1000', 'P1001', 'P1002', 'P1003', 'P1008', 'P1010', 'P1011', 'P1017', 'P1018'],
  ...['P2024', 'P2028', 'P2037'],
])

/** Node's sockets, tedious and mssql. Killed connections surface under these, not under Prisma's codes. */
const UNAVAILABLE_DRIVER_CODES: ReadonlySet<string> = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'ECONNCLOSED', 'EPIPE', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT'],
  ...['ESOCKET', 'ETIMEOUT', 'ELOGIN', 'ENOTOPEN', 'EINVALIDSTATE', 'EINSTLOOKUP'],
  // The disk did not take SQLite's log: `log-sync.ts`.
  ...['EIO', 'ENOSPC', 'EDQUOT'],
])

const UNAVAILABLE_KINDS: ReadonlySet<string> = new Set([
  ...['DatabaseNotReachable', 'DatabaseDoesNotExist', 'DatabaseAccessDenied', 'ConnectionClosed', 'TlsConnectionError'],
  ...['AuthenticationFailed', 'TooManyConnections', 'SocketTimeout', 'TransactionAlreadyClosed'],
])

/** SQL Server: a failover under way, a database that is starting, or one that is full of requests. */
const UNAVAILABLE_SQL_SERVER_NUMBERS: ReadonlySet<number> = new Set([
  922, 983, 4221, 10928, 10929, 40197, 40501, 40613, 49918, 49919, 49920,
])

type Fields = Readonly<Record<string, unknown>>

/** The error, what it was made of, and what Prisma put into `meta`: the facts may stand in any of them. */
function* layers(error: unknown): Generator<Fields> {
  for (let current = error, depth = 0; isObject(current) && depth < 6; depth++) {
    yield current
    const inMeta: unknown = isObject(current.meta) ? current.meta.driverAdapterError : undefined
    current = inMeta ?? current.cause
  }
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null
}

/** Nothing was wrong with the statement: the database could not be reached, or gave up waiting. */
export function isUnavailable(error: unknown): boolean {
  if (error instanceof LedgerUnavailableError) return true
  for (const layer of layers(error)) {
    const { code, originalCode, kind, name, number } = layer
    if (isSqliteBusy(layer) || isSqliteStorageFault(layer)) return true
    if (typeof code === 'string' && (UNAVAILABLE_PRISMA_CODES.has(code) || UNAVAILABLE_DRIVER_CODES.has(code))) return true
    if (typeof originalCode === 'string' && UNAVAILABLE_DRIVER_CODES.has(originalCode)) return true
    if (typeof kind === 'string' && UNAVAILABLE_KINDS.has(kind)) return true
    const sqlServer = kind === 'mssql' ? code : number
    if (typeof sqlServer === 'number' && UNAVAILABLE_SQL_SERVER_NUMBERS.has(sqlServer)) return true
    // The pool of mssql: no connection became free in time.
    if (name === 'TimeoutError') return true
  }
  return false
}

/** The transaction was rolled back whole to end a deadlock or a write conflict; doing it again is right. */
export function isWriteConflict(error: unknown): boolean {
  for (const { code, kind } of layers(error)) if (code === 'P2034' || kind === 'TransactionWriteConflict') return true
  return false
}

/** A row with this unique key stands already. */
export function isUniqueViolation(error: unknown): boolean {
  if (isSqliteUniqueViolation(error)) return true
  for (const { code, kind } of layers(error)) if (code === 'P2002' || kind === 'UniqueConstraintViolation') return true
  return false
}

/** What a release meets whose migrations are not applied. */
const NOT_MIGRATED: ReadonlySet<string> = new Set(['TableDoesNotExist', 'ColumnNotFound'])

/** A statement that the database refused. Prisma's and the server's own messages quote values, which may be about people: they stay inside. */
export class DatabaseError extends Error {
  override readonly name = 'DatabaseError'
  readonly code: string | undefined
  readonly kind: string | undefined
  constructor({ code, kind, where }: { code: string | undefined; kind: string | undefined; where: string | undefined }) {
    const what = [code, kind].filter(Boolean).join(' ') || 'no code'
    const cure = kind && NOT_MIGRATED.has(kind) ? ' Not all migrations of this release are applied: `pnpm db:migrate`.' : ''
    super(`The database refused a statement: ${what}${where ? ` on ${where}` : ''}.${cure}`)
    this.code = code
    this.kind = kind
  }
}

/** Everything that leaves this package passes here: callers learn of an unreachable database by one class of error, and of no values. */
export function toPortError(error: unknown): unknown {
  if (error instanceof LedgerUnavailableError) return error
  if (isUnavailable(error)) return new LedgerUnavailableError(engineErrors.LEDGER_UNAVAILABLE, unavailableDetail(error))
  return isObject(error) && 'clientVersion' in error ? withoutValues(error) : error
}

function unavailableDetail(error: unknown): string {
  const codes = [...layers(error)].flatMap(({ code, originalCode, kind, name }) => [code ?? originalCode ?? kind ?? name])
  return `(${[...new Set(codes.map(String))].join(', ')})`
}

function withoutValues(error: unknown): DatabaseError {
  const all = [...layers(error)]
  const text = (name: string) => all.map((layer) => layer[name]).find((value) => typeof value === 'string')
  const constraint = all.map((layer) => layer.constraint).find(isObject)
  const fields = Array.isArray(constraint?.fields) ? constraint.fields.join(', ') : undefined
  const where = fields ?? (typeof constraint?.index === 'string' ? constraint.index : text('column'))
  return new DatabaseError({ code: text('code'), kind: text('kind'), where })
}

/** Wraps every method of a port so that what it rejects with has passed `toPortError`. */
export function withPortErrors<Port extends object>(port: Port): Port {
  const wrapped = Object.entries(port).map(([name, method]) => [
    name,
    async (...args: unknown[]) => {
      try {
        return await method(...args)
      } catch (error) {
        throw toPortError(error)
      }
    },
  ])
  return asPort(Object.fromEntries(wrapped))

  /** The same names, with functions of the same arguments and answers; ports have nothing but asynchronous methods. */
  function asPort(methods: object): Port {
    return methods as Port
  }
}
