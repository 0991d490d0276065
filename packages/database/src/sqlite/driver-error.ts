import { DriverAdapterError, type MappedError } from '@prisma/driver-adapter-utils'
import { isSqliteBusy, isSqliteError, isSqliteStorageFault } from './sqlite-error.ts'

/** Turns an error of node:sqlite into the one that Prisma understands; anything else is thrown as it is. */
export function throwAsDriverError(error: unknown): never {
  if (!isSqliteError(error)) throw error
  throw new DriverAdapterError({ ...kindOf(error), originalCode: String(error.errcode), originalMessage: error.message })
}

function kindOf(error: Error & { errcode: number }): MappedError {
  const { message } = error
  // P1008: what surfaces after seconds of asynchronous retries.
  if (isSqliteBusy(error)) return { kind: 'SocketTimeout' }
  if (isSqliteStorageFault(error)) return { kind: 'DatabaseNotReachable' }
  if (message.includes('UNIQUE constraint failed')) return { kind: 'UniqueConstraintViolation', constraint: { fields: fieldsOf(message) } }
  if (message.includes('NOT NULL constraint failed')) return { kind: 'NullConstraintViolation', constraint: { fields: fieldsOf(message) } }
  if (message.includes('FOREIGN KEY constraint failed')) return { kind: 'ForeignKeyConstraintViolation', constraint: { foreignKey: {} } }
  const table = message.split('no such table: ')[1]
  if (table) return { kind: 'TableDoesNotExist', table }
  return { kind: 'sqlite', extendedCode: error.errcode, message }
}

/** "UNIQUE constraint failed: Request.caller, Request.key" → caller, key */
function fieldsOf(message: string): string[] {
  const list = message.split('constraint failed: ')[1] ?? ''
  return list.split(', ').map((field) => field.split('.').at(-1) ?? field)
}
