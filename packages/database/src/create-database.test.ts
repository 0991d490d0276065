import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { LedgerUnavailableError, type Transaction } from '@rollcall/engine'
import { advance, insert, newId, newRun, read, requestOf, T0 } from '@rollcall/engine/testing/ledger-contract'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createDatabase } from './create-database.ts'
import { isUnavailable } from './database-error.ts'
import { unwrapTransaction } from './prisma.ts'
import { createTestDatabase } from './testing/create-test-database.ts'
import { openForTest } from './testing/open-for-test.ts'
import { testDialects } from './testing/test-dialects.ts'

describe.each(testDialects)('a database on $dialect', (dialect) => {
  test('answers when it is asked whether it is there, and can be warmed up', async () => {
    const database = await openForTest(dialect)
    expect(database.dialect).toBe(dialect.dialect)
    await expect(database.warmUp()).resolves.toBeUndefined()
    await expect(database.ping()).resolves.toBeUndefined()
  })

  test('holds the register’s roles', async () => {
    const { prisma } = await openForTest(dialect)
    expect(await prisma.sysRole.findUnique({ where: { sysRoleId: 0 } })).toMatchObject({ name: 'INSTITUTION' })
    expect(await prisma.sysRole.count()).toBe(17)
  })

  test('commits what a handler writes with the transition, or neither', async () => {
    const database = await openForTest(dialect)
    const [kept, lost] = [newRun(), newRun()]
    await insert(database, kept, lost)
    const write = (institutionId: string) => async (tx: Transaction) => {
      await unwrapTransaction(tx).institution.create({ data: { institutionId, createdAt: new Date(T0) } })
    }

    await database.ledger.commitWith({ transition: advance(kept), write: write('kept'), start: [] })
    const failing = database.ledger.commitWith({
      transition: advance(lost),
      write: async (tx) => {
        await write('lost')(tx)
        throw new Error('no')
      },
      start: [],
    })

    await expect(failing).rejects.toThrow('no')
    expect(await database.prisma.institution.findMany({ select: { institutionId: true } })).toEqual([{ institutionId: 'kept' }])
    expect((await read(database, lost)).version).toBe(1)
  })

  test('takes a request again once its key has expired', async () => {
    const { ledger } = await openForTest(dialect)
    const accept = (createdAt: number) =>
      ledger.accept({ groupUuid: newId(), request: requestOf({ createdAt, expiresAt: createdAt + 1_000 }), runs: [newRun()] })
    expect((await accept(T0)).kind).toBe('accepted')
    expect((await accept(T0 + 999)).kind).toBe('repeated')
    expect((await accept(T0 + 1_000)).kind).toBe('accepted')
  })

  test('moves waiting by months, which are more milliseconds than 32 bits hold', async () => {
    const database = await openForTest(dialect)
    const run = newRun()
    await insert(database, run)
    const byMs = 90 * 86_400_000 + 7
    await database.ledger.shiftStateSince({ states: [{ process: run.process, state: run.state }], closedAt: T0, byMs })
    expect((await read(database, run)).stateSince).toBe(T0 + byMs)
  })

  test('cuts a message that is longer than its column, and not the flush', async () => {
    const database = await openForTest(dialect)
    const run = newRun()
    await insert(database, run)
    await database.ledger.commit([advance(run, { errorMessage: `${'x'.repeat(998)}😀😀` })])
    expect((await read(database, run)).errorMessage).toBe(`${'x'.repeat(998)}\ufffd…`)
  })
})

describe('a SQLite file', () => {
  function temporaryFile() {
    const folder = mkdtempSync(join(tmpdir(), 'rollcall-file-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    return join(folder, 'test.db')
  }

  test('that is none is named when it is opened', async () => {
    const file = temporaryFile()
    writeFileSync(file, 'not a database, but long enough to be read as one '.repeat(50))
    const error = await createDatabase({ url: `file:${file}` }).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ message: `The SQLite file ${file} cannot be opened: file is not a database.` })
    expect(isUnavailable(error)).toBe(true)
  })

  test('that was closed makes the ledger fail, not hang', async () => {
    const database = await createDatabase({ url: `file:${temporaryFile()}` })
    await database.close()
    await expect(database.ledger.read([newId()])).rejects.toThrow('database is not open')
  })

  test('whose disk is full makes the ports unavailable, whichever way they write', async () => {
    const { database, cleanup } = await createTestDatabase()
    onTestFinished(cleanup)
    const { ledger, closures, prisma } = database
    await prisma.$executeRawUnsafe('PRAGMA max_page_count = 1')
    const big = 'x'.repeat(1_000_000)

    const accepting = ledger.accept({ groupUuid: newId(), request: null, runs: [newRun({ input: { big } })] })
    await expect(accepting).rejects.toBeInstanceOf(LedgerUnavailableError)
    const closing = closures.close({ resource: 'graph', errorCode: 'X', cause: big, closedAt: T0, closedBy: 'test' }, null)
    await expect(closing).rejects.toBeInstanceOf(LedgerUnavailableError)

    await prisma.$executeRawUnsafe('PRAGMA max_page_count = 1000000')
    expect((await ledger.list({}, { after: null, limit: 1 })).runs).toEqual([])
    expect(await closures.list()).toEqual([])
  })
})
