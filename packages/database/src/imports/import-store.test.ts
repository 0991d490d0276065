import { prepareRun } from '@rollcall/engine'
import { advance, newId, T0 } from '@rollcall/engine/testing/ledger-contract'
import { accountCreate, accountImport, type RowToStage } from '@rollcall/provisioning'
import { describe, expect, test } from 'vitest'
import type { Database } from '../create-database.ts'
import { openForTest } from '../testing/open-for-test.ts'
import { testDialects } from '../testing/test-dialects.ts'

const columns = { delimiter: ';', names: ['role', 'personId'] } as const

function row(rowNumber: number, changes: Partial<RowToStage> = {}): RowToStage {
  const personId = `P${rowNumber}`
  return { rowNumber, outcome: 'pending', cells: ['student', personId], errors: [], errorCode: null, personId, schoolId: '7', ...changes }
}

async function anImport(
  { imports }: Database,
  rows: readonly RowToStage[],
  { createdAt = T0, requestedBy = 'upstream' } = {},
): Promise<string> {
  const id = newId()
  await imports.begin({ id, requestedBy, columns, createdAt })
  await imports.stage(id, rows)
  await imports.complete({ id, rowCount: rows.length, invalidCount: 0 })
  return id
}

function studentRun(personId: string, { groupUuid = newId(), createdAt = T0 } = {}) {
  const input = {
    kind: 'student',
    personId,
    firstName: 'Мила',
    lastName: 'Пробна',
    birthDate: '2012-02-29',
    schoolId: '7',
    grade: '5',
    classIds: [],
  } as const
  return prepareRun({ process: accountCreate, input, newId, groupUuid, requestedBy: 'upstream', priority: 2_001, now: createdAt })
}

async function ownRun({ ledger }: Database, importId: string) {
  const origin = { newId, groupUuid: importId, requestedBy: 'upstream', priority: 2_001, now: T0 }
  const run = prepareRun({ process: accountImport, input: { importId }, ...origin })
  await ledger.accept({ groupUuid: importId, request: null, runs: [run] })
  return run
}

const page = { after: 0, limit: 100 }

describe.each(testDialects)('imports over $dialect', (dialect) => {
  test('keep their rows as they were sent, with what is wrong with them', async () => {
    const database = await openForTest(dialect)
    const { imports } = database
    const errors = [{ path: 'birthDate', reason: 'must be a date', received: 'string of 10 characters' }]
    const invalid = row(3, {
      outcome: 'invalid',
      errorCode: 'INVALID_ROW',
      errors,
      cells: ['ученик "x"', '=1;\n'],
      personId: null,
      schoolId: null,
    })
    const id = await anImport(database, [row(2), invalid])

    expect(await imports.find(id)).toEqual({
      ...{ id, requestedBy: 'upstream', columns, rowCount: 2, invalidCount: 0 },
      ...{ createdAt: T0, acceptedAt: null },
    })
    const rest = { runUuid: null, run: null, username: null }
    expect(await imports.rows({ importId: id }, page)).toEqual([
      { ...row(2), ...rest },
      { ...invalid, ...rest },
    ])
    expect(await imports.rows({ importId: id, outcomes: ['invalid'] }, page)).toHaveLength(1)
    expect(await imports.rows({ importId: id, outcomes: ['invalid', 'pending'] }, { after: 2, limit: 1 })).toMatchObject([{ rowNumber: 3 }])
    expect(await imports.counts({ id })).toEqual([
      { outcome: 'invalid', status: null, completion: null, count: 1 },
      { outcome: 'pending', status: null, completion: null, count: 1 },
    ])
  })

  test('note outcomes with the runs that begin, and say what became of them', async () => {
    const database = await openForTest(dialect)
    const { imports, ledger } = database
    const id = await anImport(database, [row(2), row(3), row(4)])
    const parent = await ownRun(database, id)
    expect(await imports.pending({ importId: id, limit: 2 })).toEqual([
      { rowNumber: 2, cells: ['student', 'P2'] },
      { rowNumber: 3, cells: ['student', 'P3'] },
    ])

    const begun = studentRun('P2', { groupUuid: id })
    const changes = [
      { rowNumber: 2, outcome: 'started', runUuid: begun.uuid, errorCode: null },
      { rowNumber: 3, outcome: 'started', runUuid: 'left out', errorCode: null },
      { rowNumber: 4, outcome: 'refused', runUuid: null, errorCode: 'ACCOUNT_EXISTS' },
    ] as const
    await ledger.commitWith({
      transition: advance(parent),
      write: (tx) => imports.change(tx, { importId: id, rows: changes, at: T0 + 5 }),
      start: [begun],
    })

    expect(await imports.find(id)).toMatchObject({ acceptedAt: T0 + 5 })
    expect(await imports.ownRun(id)).toMatchObject({ uuid: parent.uuid })
    expect(await imports.pending({ importId: id, limit: 2 })).toEqual([])
    expect(await imports.unsettled({ importId: id, after: 0, to: 4 })).toEqual([{ rowNumber: 3, cells: ['student', 'P3'] }])
    expect(await imports.unsettled({ importId: id, after: 3, to: 4 })).toEqual([])
    expect(await imports.rows({ importId: id }, page)).toMatchObject([
      { outcome: 'started', runUuid: begun.uuid, run: { uuid: begun.uuid, status: 'new', state: 'RESERVE_USERNAME' } },
      { outcome: 'started', runUuid: 'left out', run: null },
      { outcome: 'refused', errorCode: 'ACCOUNT_EXISTS', run: null },
    ])
    const counts = await imports.counts({ id })
    expect(counts.toSorted((a, b) => (`${a.outcome} ${a.status}` < `${b.outcome} ${b.status}` ? -1 : 1))).toEqual([
      { outcome: 'refused', status: null, completion: null, count: 1 },
      { outcome: 'started', status: 'new', completion: null, count: 1 },
      { outcome: 'started', status: null, completion: null, count: 1 },
    ])
  })

  test('begin nobody who was erased since the portion was read: the portion is rolled back whole, and planned anew without them', async () => {
    const database = await openForTest(dialect)
    const { imports, ledger } = database
    const id = await anImport(database, [row(2), row(3)])
    const parent = await ownRun(database, id)
    const [erased, other] = [studentRun('P2', { groupUuid: id }), studentRun('P3', { groupUuid: id })]
    const rows = [
      { rowNumber: 2, outcome: 'started', runUuid: erased.uuid, errorCode: null },
      { rowNumber: 3, outcome: 'started', runUuid: other.uuid, errorCode: null },
    ] as const
    const audit = {
      id: newId(),
      at: T0,
      actor: 'ada',
      action: 'person.erase',
      targetType: 'person',
      targetId: 'P2',
      reason: 'x',
      details: {},
    }
    expect(await database.persons.erase({ personId: 'P2', accountsRemoved: false, audit })).toMatchObject({ kind: 'erased' })

    const write: Parameters<typeof ledger.commitWith>[0]['write'] = (tx) => imports.change(tx, { importId: id, rows, at: T0 })
    const portion = { transition: advance(parent), write, start: [erased, other] }
    await expect(ledger.commitWith(portion)).rejects.toMatchObject({ errorCode: { code: 'ROW_ERASED_MEANWHILE' } })

    expect(await ledger.read([erased.uuid, other.uuid])).toEqual([])
    expect(await imports.pending({ importId: id, limit: 9 })).toEqual([
      { rowNumber: 2, cells: null },
      { rowNumber: 3, cells: ['student', 'P3'] },
    ])
    const refused = { rowNumber: 2, outcome: 'refused', runUuid: null, errorCode: 'ROW_ERASED' } as const
    await ledger.commitWith({
      ...portion,
      start: [other],
      write: (tx) => imports.change(tx, { importId: id, rows: [refused, rows[1]], at: T0 }),
    })
    expect(await imports.rows({ importId: id }, page)).toMatchObject([{ outcome: 'refused' }, { outcome: 'started', runUuid: other.uuid }])
  })

  test('find the live run of a person, and the latest one where it is asked for', async () => {
    const { imports, ledger } = await openForTest(dialect)
    const [live, first, second] = [studentRun('L'), studentRun('E'), studentRun('E', { createdAt: T0 + 1 })]
    for (const run of [live, first, second]) {
      await ledger.accept({ groupUuid: run.groupUuid, request: null, runs: [run] })
      if (run !== live) await ledger.commit([advance(run, { state: 'FAILED', status: 'failed', liveKey: run.uuid, dueAt: null })])
    }
    const alive = { uuid: live.uuid, personId: 'L', type: 'CREATE_NEISPUO_STUDENT', isLive: true }
    expect(await imports.runsOf({ personIds: ['L', 'E', 'N'], orEnded: false })).toEqual([alive])
    expect(await imports.runsOf({ personIds: ['L', 'E', 'N'], orEnded: true })).toEqual([
      alive,
      { uuid: second.uuid, personId: 'E', type: 'CREATE_NEISPUO_STUDENT', isLive: false },
    ])
  })

  test('are listed page by page, newest first, for one sender or for all', async () => {
    const database = await openForTest(dialect)
    const { imports } = database
    const ids: string[] = []
    for (let index = 0; index < 5; index += 1) {
      ids.push(await anImport(database, [], { createdAt: T0 + Math.floor(index / 2), requestedBy: index === 2 ? 'another' : 'upstream' }))
    }
    const all: string[] = []
    for (let after: Parameters<typeof imports.list>[1]['after'] = null, more = true; more; ) {
      const found = await imports.list({}, { after, limit: 2 })
      all.push(...found.imports.map(({ id }) => id))
      after = found.next
      more = after !== null
    }
    expect(all).toEqual(ids.toReversed())
    const { imports: own } = await imports.list({ requestedBy: 'another' }, { after: null, limit: 10 })
    expect(own.map(({ id }) => id)).toEqual([ids[2]])
  })

  test('leave nothing behind when they are discarded, unless they were accepted', async () => {
    const database = await openForTest(dialect)
    const { imports, prisma } = database
    const id = await anImport(
      database,
      Array.from({ length: 2_500 }, (_none, index) => row(index + 2)),
    )
    const kept = await anImport(database, [row(2)])
    await imports.discard(id)
    expect(await imports.find(id)).toBeNull()
    expect(await prisma.importRow.findMany({ select: { importId: true } })).toEqual([{ importId: kept }])
  })

  test('are swept where nobody accepted them in time, and kept where their run stands', async () => {
    const database = await openForTest(dialect)
    const { imports, prisma } = database
    const lost = await anImport(database, [row(2)])
    const begun = await anImport(database, [row(2)])
    await ownRun(database, begun)
    const underWay = await anImport(database, [row(2)], { createdAt: T0 + 2 })
    const accepted = await anImport(database, [row(2)])
    await imports.markAccepted({ id: accepted, at: T0 + 1 })

    expect(await imports.sweep({ before: T0 + 2 })).toBe(1)
    expect(await imports.find(lost)).toBeNull()
    expect(await imports.find(begun)).toMatchObject({ acceptedAt: T0 })
    expect(await imports.find(underWay)).toMatchObject({ acceptedAt: null })
    expect(await imports.find(accepted)).toMatchObject({ acceptedAt: T0 + 1 })
    expect(await prisma.importRow.count({ where: { importId: { in: [begun, underWay, accepted] } } })).toBe(3)
    expect(await imports.sweep({ before: T0 + 2 })).toBe(0)
  })

  test('still say what became of runs that are in the archive', async () => {
    const database = await openForTest(dialect)
    const { imports, ledger, prisma } = database
    const id = await anImport(database, [row(2)])
    const run = studentRun('P2', { groupUuid: id })
    await ledger.accept({ groupUuid: id, request: null, runs: [run] })
    await ledger.commit([advance(run, { state: 'COMPLETED', status: 'completed', completion: 'full', liveKey: run.uuid, dueAt: null })])
    await prisma.importRow.updateMany({ data: { outcome: 'joined', runUuid: run.uuid } })
    const {
      dueAt: _dueAt,
      liveKey: _liveKey,
      openScopeId: _openScopeId,
      ...ended
    } = await prisma.run.findUniqueOrThrow({ where: { uuid: run.uuid } })
    await prisma.archivedRun.create({ data: { ...ended, archivedAt: new Date(T0) } })
    await prisma.run.delete({ where: { uuid: run.uuid } })
    expect(await imports.rows({ importId: id }, page)).toMatchObject([{ run: { uuid: run.uuid, completion: 'full' } }])
    expect(await imports.counts({ id })).toEqual([{ outcome: 'joined', status: 'completed', completion: 'full', count: 1 }])
  })
})
