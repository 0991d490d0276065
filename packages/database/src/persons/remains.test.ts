// What is left in SQLite's file of a person who was erased.
import { existsSync, readFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { end, insert, newId, newRun, T0 } from '@rollcall/engine/testing/ledger-contract'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Database } from '../create-database.ts'
import { createTestDatabase } from '../testing/create-test-database.ts'
import { erasePerson } from './erase-person.ts'
import type { Erasure } from './person-store.ts'

const personId = 'Q7730001'
/** Invented, in a word that stands nowhere else. */
const LAST_NAME = 'Изтриваема'

function erasure(overrides: Partial<Erasure> = {}): Erasure {
  const audit = { id: newId(), at: T0, actor: 'ada', action: 'person.erase', targetType: 'person', targetId: personId }
  return { personId, accountsRemoved: false, audit: { ...audit, reason: 'asked for', details: {} }, ...overrides }
}

/** Ten files of thirty rows, every third of which grows when its turn comes: SQLite moves their neighbours from page to page. */
async function importTenFiles({ imports, ledger }: Database): Promise<void> {
  for (let file = 0; file < 10; file++) {
    const importId = newId()
    const rowNumbers = Array.from({ length: 30 }, (_, index) => index)
    await imports.begin({ id: importId, requestedBy: 'school', columns: { delimiter: ';', names: ['lastName'] }, createdAt: T0 })
    const row = { cells: ['student', LAST_NAME, 'n'.repeat(60)], errors: [], errorCode: null, personId, schoolId: '1' }
    await imports.stage(
      importId,
      rowNumbers.map((rowNumber) => ({ ...row, rowNumber, outcome: rowNumber % 3 === 0 ? 'invalid' : 'pending' })),
    )
    const own = newRun({ groupUuid: importId })
    await insert({ ledger }, own)
    const grown = rowNumbers.filter((rowNumber) => rowNumber % 3 === 1)
    const rows = grown.map((rowNumber) => ({ rowNumber, outcome: 'refused', runUuid: null, errorCode: 'ROW_ERASED' }) as const)
    await ledger.commitWith({ transition: end(own), start: [], write: (tx) => imports.change(tx, { importId, rows, at: T0 }) })
  }
}

describe('copies that SQLite made of rows when it moved them', () => {
  async function arrange() {
    const { database, url, cleanup } = await createTestDatabase()
    onTestFinished(cleanup)
    const file = url.slice('file:'.length)
    await importTenFiles(database)
    const holds = (text: string) => [file, `${file}-wal`].some((path) => existsSync(path) && readFileSync(path).includes(text))
    const isNoted = async () => (await database.prisma.$queryRawUnsafe<{ user_version: bigint }[]>('PRAGMA user_version'))[0]?.user_version
    return { database, file, holds, isNoted }
  }

  test('are gone from a small file when its erasure is answered', async () => {
    const { database, holds } = await arrange()
    expect(holds(LAST_NAME)).toBe(true)
    expect(await database.persons.erase(erasure())).toMatchObject({ kind: 'erased', remainsLeft: false })
    expect(holds(LAST_NAME)).toBe(false)
  })

  test('are cleared later where the process died after the erasure, which is noted with it', async () => {
    const { database, holds, isNoted } = await arrange()
    // Up to the commit, and no further.
    await erasePerson({ prisma: database.prisma, dialect: 'sqlite' }, erasure())
    expect([holds(LAST_NAME), await isNoted()]).toEqual([true, 1n])
    expect(await database.persons.clearRemains()).toBe('cleared')
    expect([holds(LAST_NAME), await isNoted()]).toEqual([false, 0n])
    expect(await database.persons.clearRemains()).toBe('none')
  })

  test('are cleared, too, when the erasure is asked for again', async () => {
    const { database, holds } = await arrange()
    await erasePerson({ prisma: database.prisma, dialect: 'sqlite' }, erasure())
    expect(await database.persons.erase(erasure())).toMatchObject({ kind: 'erasedBefore', remainsLeft: false })
    expect(holds(LAST_NAME)).toBe(false)
  })

  test('are named as left while somebody still reads the file as it was; the erasure itself does not wait for that', async () => {
    const { database, file, holds } = await arrange()
    const reader = new DatabaseSync(file, { readOnly: true })
    onTestFinished(() => reader.close())
    reader.exec('BEGIN; SELECT COUNT(*) FROM ImportRow')
    expect(await database.persons.erase(erasure())).toMatchObject({ kind: 'erased', remainsLeft: true })
    expect(await database.persons.read(personId)).toMatchObject({ importRows: [] })
    reader.exec('COMMIT')
    expect(await database.persons.clearRemains()).toBe('cleared')
    expect(holds(LAST_NAME)).toBe(false)
  })

  test('are noted by nobody who was refused', async () => {
    const { database, isNoted } = await arrange()
    await database.persons.erase(erasure({ personId: 'nobody' }))
    expect(await isNoted()).toBe(0n)
  })
})
