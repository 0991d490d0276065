import { PrismaClientKnownRequestError } from '@prisma/client/runtime/client'
import { DriverAdapterError, type MappedError } from '@prisma/driver-adapter-utils'
import { engineErrors, LedgerUnavailableError, TerminalError } from '@rollcall/engine'
import { describe, expect, onTestFinished, test } from 'vitest'
import { DatabaseError, isUniqueViolation, isWriteConflict, toPortError, withPortErrors } from './database-error.ts'
import { createTestDatabase } from './testing/create-test-database.ts'

/** As Prisma throws it: with the driver adapter's error in its meta. */
function prismaError({ code, cause, message = '' }: { code: string; cause?: MappedError; message?: string }) {
  const meta = cause ? { driverAdapterError: new DriverAdapterError(cause) } : {}
  return new PrismaClientKnownRequestError(message, { code, clientVersion: '7', meta })
}

const driverError = (code: string) => Object.assign(new Error('it broke'), { code })

describe('errors on their way out', () => {
  test.each([
    ['a refused connection', driverError('ECONNREFUSED')],
    ['a connection that was killed', driverError('ECONNRESET')],
    ['a socket that tedious lost', driverError('ESOCKET')],
    ['a connection in the wrong state', driverError('EINVALIDSTATE')],
    ['a time-out of tedious', driverError('ETIMEOUT')],
    ['a pool without a free connection', Object.assign(new Error('operation timed out'), { name: 'TimeoutError' })],
    ['a transaction that waited for its connection too long', prismaError({ code: 'P2028' })],
    ['an unreachable server', prismaError({ code: 'P1001' })],
    ['a failed raw statement whose driver lost its connection', prismaError({ code: 'P2010', cause: { kind: 'ConnectionClosed' } })],
    ['a SQLite file that stays busy', Object.assign(new Error('database is locked'), { errcode: 5 })],
    ['a disk that fails', Object.assign(new Error('disk I/O error'), { errcode: 10 | (3 << 8) })],
    ['a failover of SQL Server', prismaError({ code: 'P2010', cause: { kind: 'mssql', code: 40613, message: 'not available' } })],
    ['one of these as a cause', new Error('commit failed', { cause: driverError('ECONNRESET') })],
  ])('%s makes the ledger unavailable', (_, error) => {
    const answer = toPortError(error)
    expect(answer).toBeInstanceOf(LedgerUnavailableError)
    expect(answer).toMatchObject({ errorCode: engineErrors.LEDGER_UNAVAILABLE })
  })

  test('a statement that the database refuses is told without its values', () => {
    const error = prismaError({
      code: 'P2010',
      message: "Raw query failed. Message: `Truncated value: 'Петър'`",
      cause: { kind: 'LengthMismatch', column: 'firstName' },
    })
    expect(toPortError(error)).toBeInstanceOf(DatabaseError)
    expect(toPortError(error)).toMatchInlineSnapshot(
      `[DatabaseError: The database refused a statement: P2010 LengthMismatch on firstName.]`,
    )
  })

  test('a table that a migration would have made is told with what to do', async () => {
    const { database, cleanup } = await createTestDatabase()
    onTestFinished(cleanup)
    await database.prisma.$executeRawUnsafe('DROP TABLE KeyFingerprint')
    await expect(database.keyFingerprints.find('USERNAME_KEY')).rejects.toMatchInlineSnapshot(
      `[DatabaseError: The database refused a statement: P2021 TableDoesNotExist. Not all migrations of this release are applied: \`pnpm db:migrate\`.]`,
    )
  })

  test('a unique key that is taken is told with its fields, and still known as such', () => {
    const error = prismaError({ code: 'P2002', cause: { kind: 'UniqueConstraintViolation', constraint: { fields: ['caller', 'key'] } } })
    expect(toPortError(error)).toMatchInlineSnapshot(
      `[DatabaseError: The database refused a statement: P2002 UniqueConstraintViolation on caller, key.]`,
    )
    expect([isUniqueViolation(error), isUniqueViolation(toPortError(error))]).toEqual([true, true])
  })

  test('a deadlock is known as one, whichever statement met it', () => {
    const raw = prismaError({ code: 'P2010', cause: { kind: 'TransactionWriteConflict' } })
    const all = [raw, toPortError(raw), prismaError({ code: 'P2034' }), driverError('EREQUEST')]
    expect(all.map(isWriteConflict)).toEqual([true, true, true, false])
  })

  test('errors of others pass as they are', () => {
    const error = new TerminalError(engineErrors.RUN_NOT_FOUND)
    expect(toPortError(error)).toBe(error)
    expect(toPortError('thrown text')).toBe('thrown text')
  })

  test('every method of a port is covered', async () => {
    const port = withPortErrors({
      async answer(value: number) {
        return value
      },
      async break(): Promise<void> {
        throw driverError('ECONNREFUSED')
      },
    })
    expect(await port.answer(7)).toBe(7)
    await expect(port.break()).rejects.toMatchInlineSnapshot(`[LedgerUnavailableError: The database cannot be reached. (ECONNREFUSED)]`)
  })
})
