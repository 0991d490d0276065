// A school year begins: one file, several schools, some mistakes. Through the real interface, to the accounts and back.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { audit, CLEAN } from './support/audit.ts'
import { CLASSES, SCHOOL, student } from './support/people.ts'
import { startTestFleet, type TestFleet } from './support/start-test-fleet.ts'
import { waitUntil } from './support/wait-until.ts'

const ROWS = 300
const OTHER_SCHOOLS = [
  { school: '2902419', classId: '772201' },
  { school: '2902420', classId: '773201' },
]
const WRONG_DATE = '15.03.2014'
const COLUMNS = ['role', 'personId', 'firstName', 'middleName', 'lastName', 'birthDate', 'schoolId', 'grade', 'classIds', 'note'] as const

/** What fetch wants for a body that is a stream; the types of some surroundings do not know it. */
const SENDS_WHILE_IT_READS = { duplex: 'half' } as const

let fleet: TestFleet
beforeAll(async () => {
  fleet = await startTestFleet()
  await fleet.simulatorLevers.post('/seed', {
    schools: OTHER_SCHOOLS.map(({ school }) => ({ externalId: school })),
    classes: OTHER_SCHOOLS.map(({ school, classId }) => ({ externalId: classId, schoolExternalId: school })),
  })
})
afterAll(() => fleet.end())

/** As a Bulgarian Excel writes it. */
function rowOf(index: number, { birthDate }: { readonly birthDate?: string } = {}): string {
  const places = [
    { school: SCHOOL, classes: CLASSES.join(' ') },
    ...OTHER_SCHOOLS.map(({ school, classId }) => ({ school, classes: classId })),
  ]
  const place = places[index % places.length]
  const person = student(index)
  const cells = { ...person, role: 'student', schoolId: place?.school, classIds: place?.classes, note: '', ...(birthDate && { birthDate }) }
  return COLUMNS.map((column) => cells[column] ?? '').join(';')
}

/** Row 2 has an account, rows 11, 21, … 101 have a wrong date, the last one repeats row 3. */
const ROSTER = [
  COLUMNS.join(';'),
  ...Array.from({ length: ROWS - 1 }, (_none, index) => rowOf(index, index % 10 === 9 && index < 100 ? { birthDate: WRONG_DATE } : {})),
  rowOf(1),
].join('\r\n')

interface Imported {
  readonly id: string
  readonly rows: number
  readonly invalid: number
  readonly status: string
  readonly outcomes: Readonly<Record<string, number>>
  readonly results: Readonly<Record<string, number>>
}

async function upload(csv: string, headers: Readonly<Record<string, string>> = {}) {
  const answer = await fleet.upstream.send('/imports', { method: 'POST', body: csv, headers: { 'content-type': 'text/csv', ...headers } })
  return { status: answer.status, location: answer.headers.get('location') ?? '', body: (await answer.json()) as Imported }
}

async function seen(id: string): Promise<Imported> {
  // The shape is what the assertions below are about.
  return (await fleet.upstream.get(`/imports/${id}`)).body as unknown as Imported
}

async function untilDone(id: string): Promise<Imported> {
  await waitUntil(`import ${id} is done`, async () => (await seen(id)).status === 'done', { withinMs: 120_000 })
  return seen(id)
}

async function resultFile(id: string): Promise<string> {
  const answer = await fleet.upstream.send(`/imports/${id}/rows?format=csv`)
  expect(answer.headers.get('content-disposition')).toBe(`attachment; filename="import-${id}.csv"`)
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(await answer.arrayBuffer())
}

async function auditAll() {
  const runs = await fleet.database.prisma.run.findMany({ where: { process: 'account-create' }, select: { uuid: true } })
  return audit({
    accepted: runs.map(({ uuid }) => uuid),
    database: fleet.database,
    simulator: fleet.simulatorLevers,
    redis: fleet.redisUrl,
  })
}

describe('a file of 300 rows', () => {
  let first: Imported

  test('ends in an account for each valid row, although the worker is killed between its portions', async () => {
    await fleet.upstream.post('/student-create', student(0))
    await waitUntil('the first pupil has an account', async () => (await fleet.database.prisma.sysUser.count()) === 1)

    const { status, location, body } = await upload(ROSTER, { 'idempotency-key': 'roster' })
    expect([status, body.rows, body.invalid]).toEqual([202, ROWS, 11])
    expect(location).toBe(`/imports/${body.id}`)
    const reserved = () => fleet.database.prisma.usernameReservation.count()
    await waitUntil('the first portion is begun', async () => (await reserved()) > 1, { everyMs: 5 })
    await fleet.app('worker-persist').kill()
    await fleet.restart('worker-persist')

    first = await untilDone(body.id)
    expect(first.outcomes).toEqual({ pending: 0, invalid: 11, refused: 1, started: ROWS - 12, joined: 0 })
    expect(first.results).toMatchObject({ imported: ROWS - 12, invalid: 11, refused: 1, failed: 0, unknown: 0 })
    expect(await fleet.database.prisma.sysUser.count()).toBe(ROWS - 11)
    expect(await auditAll()).toEqual(CLEAN)
  })

  test('is answered with the same import when it is sent again under its Idempotency-Key', async () => {
    const again = await upload(ROSTER, { 'idempotency-key': 'roster' })
    expect(again).toMatchObject({ status: 202, body: { id: first.id } })
    expect(await fleet.database.prisma.import.count()).toBe(1)
    expect(await fleet.database.prisma.importRow.count()).toBe(ROWS)
  })

  test('comes back as a file that says of each row what became of it, and why', async () => {
    const [header, ...lines] = (await resultFile(first.id)).trimEnd().split('\r\n')
    expect(header).toBe(`\ufeff${COLUMNS.join(';')};row;result;errors;username`)
    expect(lines).toHaveLength(ROWS)
    expect(lines[0]).toBe(`${rowOf(0)};2;refused;This person has a live account already.;`)
    expect(lines[1]).toMatch(/;3;imported;;[a-z]{2}\d{8}$/)
    expect(lines[9]).toBe(
      `${rowOf(9, { birthDate: WRONG_DATE })};11;invalid;birthDate must be a date of the calendar, written YYYY-MM-DD.;`,
    )
    expect(lines.at(-1)).toBe(`${rowOf(1)};${ROWS + 1};invalid;personId must not stand in the file twice: row 3 has it already.;`)
  })

  test('corrected and sent again as it is, begins the ten that were wrong, and nobody twice', async () => {
    const corrected = (await resultFile(first.id)).replaceAll(WRONG_DATE, '2014-03-15')
    const { status, body } = await upload(corrected)
    expect([status, body.rows, body.invalid]).toEqual([202, ROWS, 1])
    const second = await untilDone(body.id)
    expect(second.outcomes).toEqual({ pending: 0, invalid: 1, refused: ROWS - 11, started: 10, joined: 0 })
    expect(second.results).toMatchObject({ imported: 10 })
    expect(await fleet.database.prisma.sysUser.count()).toBe(ROWS - 1)
    expect(await auditAll()).toEqual(CLEAN)
  })
})

test('an upload that is broken off in the middle leaves nothing behind', async () => {
  const { prisma } = fleet.database
  const before = await prisma.importRow.count()
  const imports = await prisma.import.count()
  const line = new AbortController()
  const body = new ReadableStream({ start: (controller) => controller.enqueue(new TextEncoder().encode(`${ROSTER}\r\n`)) })
  const headers = { 'content-type': 'text/csv' }
  const upload = fleet.upstream.send('/imports', { method: 'POST', body, headers, ...SENDS_WHILE_IT_READS, signal: line.signal })
  const broken = expect(upload).rejects.toThrow('aborted')
  await waitUntil('a portion is staged', async () => (await prisma.importRow.count()) > before, { everyMs: 10 })
  line.abort()
  await broken
  await waitUntil('it is gone', async () => (await prisma.import.count()) === imports)
  expect(await prisma.importRow.count()).toBe(before)
})
