import { type AuditEntry, createIds } from '@rollcall/engine'
import { createVirtualClock } from '@rollcall/engine/testing'
import { expect, test } from 'vitest'
import { createPersonReads } from './person-reads.ts'

function arrange() {
  const clock = createVirtualClock()
  const flushes: (readonly AuditEntry[])[] = []
  let isAway = false
  const audit = {
    async appendAll(entries: readonly AuditEntry[]) {
      if (isAway) throw new Error('The database is away.')
      flushes.push(entries)
    },
  }
  const reads = createPersonReads({ audit, clock, newId: createIds(clock) })
  const note = (personIds: readonly string[], reader: Partial<Parameters<typeof reads.note>[0]> = {}) =>
    reads.note({ actor: 'olga', role: 'operator', details: { route: '/x' }, personIds, ...reader })
  const setAway = (away: boolean) => {
    isAway = away
  }
  return { clock, flushes, note, reads, setAway, rows: () => flushes.flat() }
}

test('a read is in the log before its reader goes on, with who, whom and where', async () => {
  const { clock, note, rows } = arrange()
  await note(['p1'])
  expect(rows()).toMatchObject([
    { at: clock.now(), actor: 'olga', action: 'person.read', targetType: 'person', targetId: 'p1', details: { route: '/x' } },
  ])
})

test('the same reader of the same person has one row in a minute; another reader, another person and the next minute have their own', async () => {
  const { clock, note, rows } = arrange()
  await note(['p1', 'p1'])
  await note(['p1'])
  clock.moveTo(clock.now() + 59_999)
  await note(['p1'])
  expect(rows()).toHaveLength(1)
  await note(['p1'], { actor: 'boris' })
  await note(['p2'])
  clock.moveTo(clock.now() + 1)
  await note(['p1'])
  expect(rows().map(({ actor, targetId }) => [actor, targetId])).toEqual([
    ['olga', 'p1'],
    ['boris', 'p1'],
    ['olga', 'p2'],
    ['olga', 'p1'],
  ])
})

test('reads that come together are written together', async () => {
  const { flushes, note } = arrange()
  await Promise.all(Array.from({ length: 30 }, (_, index) => note([`p${index}`])))
  expect(flushes.map((entries) => entries.length)).toEqual([30])
})

test('machines that look at what they asked for leave no row', async () => {
  const { note, rows } = arrange()
  await note(['p1'], { role: 'upstream' })
  await note(['p1'], { role: 'service' })
  expect(rows()).toEqual([])
})

test('whoever cannot be written down is refused, and written down the next time', async () => {
  const { note, rows, setAway } = arrange()
  setAway(true)
  await expect(note(['p1'])).rejects.toThrow('The database is away.')
  setAway(false)
  await note(['p1'])
  expect(rows()).toHaveLength(1)
})

test('who reads rows of an import has one row for everybody in it', async () => {
  const { reads, rows } = arrange()
  const read = { actor: 'olga', role: 'reader', importId: 'i1', details: { route: '/imports/:id/rows' } } as const
  await reads.noteImport(read)
  await reads.noteImport(read)
  expect(rows()).toMatchObject([{ action: 'person.read', targetType: 'import', targetId: 'i1' }])
})
