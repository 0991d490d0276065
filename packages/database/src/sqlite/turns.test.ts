import { DatabaseSync } from 'node:sqlite'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createTurns } from './turns.ts'

function openTurns({
  flushed = async () => {},
  mayBegin = async () => {},
}: {
  readonly flushed?: () => Promise<void>
  readonly mayBegin?: () => Promise<void>
} = {}) {
  const db = new DatabaseSync(':memory:')
  onTestFinished(() => void (db.isOpen && db.close()))
  db.exec('CREATE TABLE Thing (name TEXT PRIMARY KEY)')
  let transactions = 0
  const turns = createTurns({
    db,
    begin: async () => {
      await mayBegin()
      transactions += 1
      db.exec('BEGIN IMMEDIATE')
    },
    flushed,
  })
  const insert = (name: string) => {
    db.prepare('INSERT INTO Thing VALUES (?)').run(name)
    return name
  }
  const names = () =>
    db
      .prepare('SELECT name FROM Thing ORDER BY rowid')
      .all()
      .map((row) => row.name)
  /** Asks for several transactions while somebody else has the turn. */
  const together = async (bodies: readonly (() => unknown)[]) => {
    const release = await turns.take()
    const outcomes = Promise.allSettled(bodies.map((body) => turns.transaction(body)))
    release()
    return (await outcomes).map((outcome) => (outcome.status === 'fulfilled' ? outcome.value : 'refused'))
  }
  return { db, turns, insert, names, together, transactions: () => transactions }
}

describe('transactions that wait for their turn together', () => {
  test('share one commit, each with its own answer', async () => {
    const { insert, names, together, transactions } = openTurns()
    const wanted = Array.from({ length: 20 }, (_, index) => `n${index}`)
    expect(await together(wanted.map((name) => () => insert(name)))).toEqual(wanted)
    expect(names()).toEqual(wanted)
    expect(transactions()).toBe(1)
  })

  test('fail alone: what one of them wrote before its error is undone, the others’ stands', async () => {
    const { insert, names, together } = openTurns()
    const outcomes = await together([
      () => insert('first'),
      () => {
        insert('undone')
        return insert('first')
      },
      () => insert('last'),
    ])
    expect(outcomes).toEqual(['first', 'refused', 'last'])
    expect(names()).toEqual(['first', 'last'])
  })

  test('are all refused, and nothing of them is kept, where SQLite gives the whole transaction up', async () => {
    const { db, insert, names, together } = openTurns()
    db.exec('PRAGMA max_page_count = 4')
    const outcomes = await together([() => insert('small'), () => insert('x'.repeat(100_000)), () => insert('after')])
    expect(outcomes).toEqual(['refused', 'refused', 'refused'])
    db.exec('PRAGMA max_page_count = 1000')
    expect(names()).toEqual([])
    expect(await together([() => insert('again')])).toEqual(['again'])
  })

  test('never pass one who waits for a turn alone', async () => {
    const { turns, insert, names, transactions } = openTurns()
    const release = await turns.take()
    const first = turns.transaction(() => insert('first'))
    const alone = turns.take().then((done) => {
      insert('alone')
      done()
    })
    const last = turns.transaction(() => insert('last'))
    release()
    await Promise.all([first, alone, last])
    expect(names()).toEqual(['first', 'alone', 'last'])
    expect(transactions()).toBe(2)
  })

  test('are 64 at most, so that other processes get their turn', async () => {
    const { insert, together, transactions } = openTurns()
    await together(Array.from({ length: 130 }, (_, index) => () => insert(`n${index}`)))
    expect(transactions()).toBe(3)
  })

  test('are told only when their commit is on the disk, while the next goes on', async () => {
    const disk: PromiseWithResolvers<void>[] = []
    const flushed = () => {
      const flush = Promise.withResolvers<void>()
      disk.push(flush)
      return flush.promise
    }
    const { db, turns, insert, names } = openTurns({ flushed })
    const told: string[] = []
    const first = turns.transaction(() => insert('first')).then((name) => told.push(name))
    await expect.poll(() => disk).toHaveLength(1)
    const second = turns.transaction(() => insert('second')).then((name) => told.push(name))
    await expect.poll(() => disk).toHaveLength(2)
    expect([db.isTransaction, names(), told]).toEqual([false, ['first', 'second'], []])
    disk[0]?.resolve()
    await first
    expect(told).toEqual(['first'])
    disk[1]?.resolve()
    await second
  })

  test('learn of a disk that did not take their commit', async () => {
    const { insert, together } = openTurns({ flushed: () => Promise.reject(new Error('EIO')) })
    expect(await together([() => insert('a'), () => insert('b')])).toEqual(['refused', 'refused'])
  })

  test('take in whoever comes while another process has the file', async () => {
    const free = Promise.withResolvers<void>()
    const { turns, insert, names, transactions } = openTurns({ mayBegin: () => free.promise })
    const first = turns.transaction(() => insert('first'))
    const later = ['second', 'third'].map((name) => turns.transaction(() => insert(name)))
    free.resolve()
    await Promise.all([first, ...later])
    expect([names(), transactions()]).toEqual([['first', 'second', 'third'], 1])
  })

  test('are refused together when none can be begun', async () => {
    const { db, insert, together, names } = openTurns()
    db.exec('BEGIN')
    expect(await together([() => insert('a'), () => insert('b')])).toEqual(['refused', 'refused'])
    expect(names()).toEqual([])
  })

  test('are refused once the file is closed, each of them', async () => {
    const { db, turns } = openTurns()
    db.close()
    await expect(turns.transaction(() => 'late')).rejects.toThrow('database is not open')
    await expect(turns.transaction(() => 'later')).rejects.toThrow('database is not open')
  })
})
