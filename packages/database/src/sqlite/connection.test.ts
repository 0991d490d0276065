import { mkdtempSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setImmediate } from 'node:timers/promises'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { isUnavailable } from '../database-error.ts'
import { createTestDatabase } from '../testing/create-test-database.ts'
import { openSqlite } from './connection.ts'
import { isSqliteBusy } from './sqlite-error.ts'

const T0 = new Date('2026-01-05T08:00:00.000Z')

async function openTable({ busyLimitMs = 5_000 } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-sqlite-'))
  const file = join(folder, 'a', 'b.db')
  const connection = await openSqlite({ file, busyLimitMs })
  await connection.script('CREATE TABLE Thing (name TEXT PRIMARY KEY)')
  onTestFinished(async () => {
    await connection.close()
    rmSync(folder, { recursive: true })
  })
  const insert = (name: string) => connection.prepare('INSERT INTO Thing (name) VALUES (?)').run(name)
  const names = () =>
    connection.inTurn(() =>
      connection
        .prepare('SELECT name FROM Thing ORDER BY rowid')
        .all()
        .map((row) => row.name),
    )
  /** Stands for another process: a connection of its own, with its own locks. */
  const openOther = () => {
    const other = new DatabaseSync(file)
    onTestFinished(() => other.close())
    return other
  }
  return { file, connection, insert, names, openOther }
}

async function spyOnFlushes(path: string) {
  const handle = await open(path)
  const handles: FileHandle = Object.getPrototypeOf(handle)
  await handle.close()
  const spy = vi.spyOn(handles, 'datasync')
  onTestFinished(() => spy.mockRestore())
  return spy
}

describe('the SQLite connection', () => {
  test('creates its folder, and a file that only its owner may read', async () => {
    const { file } = await openTable()
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(statSync(`${file}-wal`).mode & 0o777).toBe(0o600)
  })

  test('writes ahead, leaves the flushing at a commit to the log’s own, zeroes what is deleted and checks relations', async () => {
    const { connection } = await openTable()
    const pragma = (name: string) => connection.inTurn(() => Object.values(connection.prepare(`PRAGMA ${name}`).get() ?? {})[0])
    const settings = ['journal_mode', 'synchronous', 'secure_delete', 'foreign_keys']
    expect(await Promise.all(settings.map(pragma))).toEqual(['wal', 1, 1, 1])
    expect(await pragma('busy_timeout')).toBe(0)
  })

  test('flushes the log where SQLite has it, behind a symbolic link to the file, too', async () => {
    const { file, names } = await openTable()
    const link = join(file, '..', '..', 'link.db')
    symlinkSync(file, link)
    const linked = await openSqlite({ file: link })
    onTestFinished(() => linked.close())
    const datasync = await spyOnFlushes(file)
    await linked.transaction(() => linked.prepare("INSERT INTO Thing VALUES ('linked')").run())
    expect(datasync).toHaveBeenCalledOnce()
    expect(await names()).toEqual(['linked'])
  })

  test.skipIf(process.platform !== 'linux')('keeps its lock on the file when one more connection to it is opened', async () => {
    const { connection, file } = await openTable()
    const locked = () =>
      readFileSync('/proc/locks', 'utf8')
        .split('\n')
        .filter((line) => line.includes(` ${process.pid} `) && line.includes(`:${statSync(file).ino} `))
    await connection.inTurn(() => connection.prepare('SELECT name FROM Thing').all())
    expect(locked()).toHaveLength(1)
    await connection.readAside((prepare) => prepare('SELECT name FROM Thing').all())
    expect(locked()).toHaveLength(1)
  })

  test('is unavailable while the disk refuses the log, and then carries it over into the file before it goes on', async () => {
    const { connection, insert, names, file, openOther } = await openTable()
    const datasync = await spyOnFlushes(file)
    datasync.mockRejectedValueOnce(Object.assign(new Error('EIO: i/o error, fdatasync'), { code: 'EIO' }))
    const refused = await connection.transaction(() => insert('doubtful')).catch((error: unknown) => error)
    expect(isUnavailable(refused)).toBe(true)

    const reader = openOther()
    reader.exec('BEGIN; SELECT count(*) FROM Thing')
    const later = connection.transaction(() => insert('waits for readers'))
    await setImmediate()
    reader.exec('COMMIT')
    await later
    expect(statSync(`${file}-wal`).size).toBe(0)
    expect(datasync).toHaveBeenCalledOnce()
    await connection.transaction(() => insert('after'))
    expect(datasync).toHaveBeenCalledTimes(2)
    expect(await names()).toEqual(['doubtful', 'waits for readers', 'after'])
  })

  test('tells Prisma’s callers, too, that the disk refused what they committed', async () => {
    const { database, cleanup } = await createTestDatabase()
    onTestFinished(cleanup)
    const datasync = await spyOnFlushes('.')
    datasync.mockRejectedValueOnce(Object.assign(new Error('EIO: i/o error, fdatasync'), { code: 'EIO' }))
    const committing = database.prisma.$transaction((tx) => tx.institution.create({ data: { institutionId: '1', createdAt: T0 } }))
    expect(isUnavailable(await committing.catch((error: unknown) => error))).toBe(true)
  })

  test('tells of a read what went wrong with it, though SQLite has ended it already', async () => {
    const { connection } = await openTable()
    const failing = connection.readAside((prepare) => {
      prepare('ROLLBACK').run()
      throw new Error('what went wrong')
    })
    await expect(failing).rejects.toThrow('what went wrong')
  })

  test('gives turns in the order of asking', async () => {
    const { connection, insert, names } = await openTable()
    const open = await connection.begin()
    const queued = [
      connection.inTurn(() => insert('second')),
      connection.transaction(() => insert('third')),
      connection.inTurn(() => insert('fourth')),
    ]
    insert('first')
    open.commit()
    await Promise.all(queued)
    expect(await names()).toEqual(['first', 'second', 'third', 'fourth'])
  })

  test('rolls a transaction back when its body throws, and goes on', async () => {
    const { connection, insert, names } = await openTable()
    const failing = connection.transaction(() => {
      insert('lost')
      insert('lost')
    })
    await expect(failing).rejects.toThrow('UNIQUE constraint failed: Thing.name')
    await connection.transaction(() => insert('kept'))
    expect(await names()).toEqual(['kept'])
  })

  test('keeps what another caller writes while a transaction that is rolled back was open', async () => {
    const { connection, insert, names } = await openTable()
    const open = await connection.begin()
    insert('rolled back')
    const other = connection.inTurn(() => insert('of another caller'))
    open.rollback()
    await other
    expect(await names()).toEqual(['of another caller'])
  })

  test('waits for another process without blocking the event loop', async () => {
    const { connection, insert, names, openOther } = await openTable()
    const other = openOther()
    other.exec('BEGIN IMMEDIATE')
    let written = false
    const writing = connection
      .transaction(() => insert('waited'))
      .then(() => {
        written = true
      })
    const reading = connection.inTurn(() => insert('waited too'))
    for (let turn = 0; turn < 20; turn++) await setImmediate()
    expect(written).toBe(false)
    other.exec("INSERT INTO Thing VALUES ('of the other process')")
    other.exec('COMMIT')
    await Promise.all([writing, reading])
    expect(await names()).toEqual(['of the other process', 'waited', 'waited too'])
  })

  test('reads aside what was committed, while another process has the file and others wait for their turn', async () => {
    const { connection, insert, openOther } = await openTable()
    const read = () => connection.readAside((prepare) => prepare('SELECT name FROM Thing ORDER BY rowid').all())
    await connection.transaction(() => insert('committed'))
    const other = openOther()
    other.exec("BEGIN IMMEDIATE; INSERT INTO Thing VALUES ('not yet')")
    const waiting = connection.transaction(() => insert('waits'))
    expect(await read()).toEqual([{ name: 'committed' }])
    other.exec('COMMIT')
    await waiting
    expect(await read()).toEqual([{ name: 'committed' }, { name: 'not yet' }, { name: 'waits' }])
  })

  test('refuses to write aside', async () => {
    const { connection, names } = await openTable()
    const writing = connection.readAside((prepare) => prepare("INSERT INTO Thing VALUES ('aside')").run())
    await expect(writing).rejects.toThrow('attempt to write a readonly database')
    expect(await names()).toEqual([])
  })

  test('surfaces a file that stays locked once the limit has passed, and works again afterwards', async () => {
    const { connection, insert, names, openOther } = await openTable({ busyLimitMs: 30 })
    const other = openOther()
    other.exec('BEGIN IMMEDIATE')
    const error = await connection.transaction(() => insert('refused')).catch((thrown: unknown) => thrown)
    expect([isSqliteBusy(error), isUnavailable(error)]).toEqual([true, true])
    other.exec('COMMIT')
    await connection.transaction(() => insert('accepted'))
    expect(await names()).toEqual(['accepted'])
  })

  test('counts a full disk as unavailable, and rolls back', async () => {
    const { connection, insert, names } = await openTable()
    await connection.script('PRAGMA max_page_count = 3')
    const error = await connection
      .transaction(() => {
        insert('small')
        insert('x'.repeat(100_000))
      })
      .catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ message: 'database or disk is full' })
    expect(isUnavailable(error)).toBe(true)
    await connection.script('PRAGMA max_page_count = 1000')
    expect(await names()).toEqual([])
  })

  test('closes once those before it are done, and a second time without complaint', async () => {
    const { connection, insert } = await openTable()
    const writing = connection.transaction(() => insert('last'))
    await connection.close()
    await writing
    await connection.close()
    await expect(connection.inTurn(() => insert('too late'))).rejects.toThrow()
  })
})

describe('Prisma over it', () => {
  async function openDatabase() {
    const { database, cleanup } = await createTestDatabase()
    onTestFinished(cleanup)
    return database.prisma
  }
  const lease = (name: string) => ({ name, holder: 'h', expiresAt: T0 })

  test('does not leak another caller’s write into a transaction that is rolled back', async () => {
    const prisma = await openDatabase()
    let outside: Promise<unknown> = Promise.resolve()
    const inside = prisma.$transaction(async (tx) => {
      await tx.lease.create({ data: lease('inside') })
      outside = prisma.lease.create({ data: lease('outside') })
      outside.catch(() => undefined)
      await setImmediate()
      throw new Error('roll back')
    })
    await expect(inside).rejects.toThrow('roll back')
    await outside
    expect(await prisma.lease.findMany({ select: { name: true } })).toEqual([{ name: 'outside' }])
  })

  test('keeps the increments of 20 concurrent read-then-write transactions', async () => {
    const prisma = await openDatabase()
    await prisma.lease.create({ data: { ...lease('counter'), holder: '0' } })
    await Promise.all(
      Array.from({ length: 20 }, () =>
        prisma.$transaction(async (tx) => {
          const { holder } = await tx.lease.findUniqueOrThrow({ where: { name: 'counter' } })
          await tx.lease.update({ where: { name: 'counter' }, data: { holder: String(Number(holder) + 1) } })
        }),
      ),
    )
    expect((await prisma.lease.findUniqueOrThrow({ where: { name: 'counter' } })).holder).toBe('20')
  })

  test('names the fields of a unique key that is taken', async () => {
    const prisma = await openDatabase()
    await prisma.lease.create({ data: lease('taken') })
    const error = await prisma.lease.create({ data: lease('taken') }).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'P2002', meta: { driverAdapterError: { cause: { constraint: { fields: ['name'] } } } } })
  })

  test('keeps times to the millisecond, orders by them and aggregates them', async () => {
    const prisma = await openDatabase()
    const [now, before1970, after2038] = [T0, new Date('1969-12-31T23:59:59.999Z'), new Date('2038-01-19T03:14:08.001Z')]
    const times = [now, before1970, after2038]
    await prisma.lease.createMany({ data: times.map((expiresAt, index) => ({ ...lease(String(index)), expiresAt })) })
    const rows = await prisma.lease.findMany({ where: { expiresAt: { gte: before1970 } }, orderBy: { expiresAt: 'asc' } })
    expect(rows.map(({ expiresAt }) => expiresAt)).toEqual([before1970, now, after2038])
    expect(await prisma.lease.aggregate({ _min: { expiresAt: true }, _count: true })).toEqual({
      _min: { expiresAt: before1970 },
      _count: 3,
    })
  })
})
