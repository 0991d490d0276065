/** What node:sqlite throws: `errcode` is SQLite's extended result code, whose low byte is the primary one. */
interface SqliteError extends Error {
  readonly errcode: number
}

const SQLITE_BUSY = 5
const SQLITE_LOCKED = 6

/** READONLY, IOERR, CORRUPT, FULL, CANTOPEN, NOTADB: the file or its disk is at fault, not the statement. */
const STORAGE_FAULTS: ReadonlySet<number> = new Set([8, 10, 11, 13, 14, 26])

export function isSqliteError(error: unknown): error is SqliteError {
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number'
}

function primaryCode(error: SqliteError): number {
  return error.errcode & 0xff
}

/** Another process, or another connection of this one, has the file just now. */
export function isSqliteBusy(error: unknown): boolean {
  if (!isSqliteError(error)) return false
  const code = primaryCode(error)
  return code === SQLITE_BUSY || code === SQLITE_LOCKED
}

export function isSqliteStorageFault(error: unknown): boolean {
  return isSqliteError(error) && STORAGE_FAULTS.has(primaryCode(error))
}

/** SQLITE_CONSTRAINT_UNIQUE and SQLITE_CONSTRAINT_PRIMARYKEY. */
const UNIQUE_VIOLATIONS: ReadonlySet<number> = new Set([2067, 1555])

export function isSqliteUniqueViolation(error: unknown): boolean {
  return isSqliteError(error) && UNIQUE_VIOLATIONS.has(error.errcode)
}
