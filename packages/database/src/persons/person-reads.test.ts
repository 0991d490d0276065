import { type AuditEntry, createIds } from '@rollcall/engine'
import { createVirtualClock } from '@rollcall/engine/testing'
import { expect, test } from 'vitest'
import { createPersonReads, personsIn } from './person-reads.ts'

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
    reads.note({ actor: 'olga', role: 'operator', requestedBy: ['school'], details: { route: '/x' }, personIds, ...reader })
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

test('a machine that looks at what it sent leaves no row; what others sent, or nobody, it reads like anybody', async () => {
  const { note, rows } = arrange()
  await note(['p1'], { actor: 'school', role: 'upstream' })
  await note(['p1'], { actor: 'school', role: 'service' })
  expect(rows()).toEqual([])
  await note(['p1'], { actor: 'portal', role: 'service', requestedBy: ['portal', 'school'] })
  await note(['p2'], { actor: 'portal', role: 'service', requestedBy: null })
  expect(rows().map(({ targetId }) => targetId)).toEqual(['p1', 'p2'])
})

test('a person who looks at what they sent themselves leaves a row all the same', async () => {
  const { note, rows } = arrange()
  await note(['p1'], { actor: 'ada', role: 'admin', requestedBy: ['ada'] })
  expect(rows()).toHaveLength(1)
})

test('a clock that is set back hides no read', async () => {
  let now = 3_600_000
  const clock = { now: () => now }
  const rows: AuditEntry[] = []
  const audit = { appendAll: async (entries: readonly AuditEntry[]) => void rows.push(...entries) }
  const reads = createPersonReads({ audit, clock, newId: createIds(clock) })
  const read = { actor: 'olga', role: 'reader', requestedBy: null, details: {}, personIds: ['p1'] } as const
  await reads.note(read)
  now = 0
  await reads.note(read)
  await reads.note(read)
  expect(rows.map(({ at }) => at)).toEqual([3_600_000, 0])
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
  const read = { actor: 'olga', role: 'reader', requestedBy: ['school'], importId: 'i1', details: { route: '/imports/:id/rows' } } as const
  await reads.noteImport(read)
  await reads.noteImport(read)
  expect(rows()).toMatchObject([{ action: 'person.read', targetType: 'import', targetId: 'i1' }])
})

test('a list of many people has one row for each reader and what it was narrowed by', async () => {
  const { reads, rows } = arrange()
  const list = (schoolId: string) => {
    const reader = { actor: 'olga', role: 'reader', requestedBy: ['school'], details: { route: '/runs', schoolId } } as const
    return reads.noteList({ ...reader, list: '/runs' })
  }
  await list('7')
  await list('7')
  await list('8')
  expect(rows()).toMatchObject([
    { action: 'person.read', targetType: 'list', targetId: '/runs', details: { schoolId: '7' } },
    { details: { schoolId: '8' } },
  ])
})

test('a run tells of the person in its input; one that was erased, or is about nobody, of none', () => {
  expect([{ personId: 'p1' }, {}, { personId: 7 }].map((input) => personsIn({ input }))).toEqual([['p1'], [], []])
})
