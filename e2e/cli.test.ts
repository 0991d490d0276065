// The command line as operators use it: the real program in a process of its own, against a whole fleet that it finds by the file that
// `npm start` writes.
import { type ChildProcess, spawn } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { connectionSettings, issueKeys, REPOSITORY, writeConnectionFile } from '@rollcall/scripts/fleet'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { SCHOOL, student, students } from './support/people.ts'
import { postStudents } from './support/post-students.ts'
import { startTestFleet, type TestFleet } from './support/start-test-fleet.ts'
import { untilAllPaused } from './support/until-all-paused.ts'
import { untilEnded } from './support/until-ended.ts'
import { waitUntil } from './support/wait-until.ts'

const PERSONAL = /Гергана|Примерова|2014-0\d-15|S0000/

interface Ran {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

let fleet: TestFleet
let env: Record<string, string>
beforeAll(async () => {
  fleet = await startTestFleet()
  const { admin } = await issueKeys({ databaseUrl: fleet.databaseUrl, roles: ['admin'] })
  await writeConnectionFile({ folder: fleet.folder, settings: connectionSettings({ fleet, apiKey: admin }) })
  env = { PATH: process.env.PATH ?? '', HOME: fleet.folder, ROLLCALL_DATA_DIR: fleet.folder, NO_COLOR: '1' }
})
afterAll(() => fleet.end())

function start(
  args: readonly string[],
  more: Record<string, string> = {},
): { child: ChildProcess; ended: Promise<Ran>; out: () => string } {
  const main = join(REPOSITORY, 'apps', 'cli', 'src', 'main.ts')
  const child = spawn(process.execPath, [main, ...args], { env: { ...env, ...more }, stdio: ['ignore', 'pipe', 'pipe'] })
  let [out, err] = ['', '']
  child.stdout?.on('data', (chunk: Buffer) => {
    out += chunk.toString()
  })
  child.stderr?.on('data', (chunk: Buffer) => {
    err += chunk.toString()
  })
  const ended = new Promise<Ran>((resolve) => child.once('close', (code) => resolve({ code, out, err })))
  return { child, ended, out: () => out }
}

const rollcall = (...args: readonly string[]) => start(args).ended
const jsonOf = ({ out }: Ran) => JSON.parse(out)

test('shows the fleet, its runs and their stories, and names nobody', async () => {
  const uuids = await postStudents(fleet.upstream, students(3))
  await untilEnded(fleet.database, { count: 3 })
  const status = await rollcall('status')
  expect(status).toMatchObject({ code: 0, err: '' })
  expect(status.out).toMatch(/graph {2}open/)
  expect(status.out).toMatch(/persist {2}\S+ {2}alive/)

  const listed = jsonOf(await rollcall('list', '--process', 'account-create', '--status', 'completed', '--school', SCHOOL, '--json'))
  expect(listed.runs.map(({ uuid }: { uuid: string }) => uuid).sort()).toEqual(uuids.toSorted())

  const story = await rollcall('show', uuids[0] ?? '')
  expect(story).toMatchObject({ code: 0, err: '' })
  for (const state of ['RESERVE_USERNAME', 'AWAITING_USER_CREATE', 'POLL_USER_CREATE', 'AWAITING_ENROLLMENT', 'USER_NEISPUO_PERSIST'])
    expect(story.out).toContain(state)
  expect(story.out).toContain('It has ended well.')
  expect(JSON.stringify(listed) + status.out + story.out + (await rollcall('show', uuids[0] ?? '', '--json')).out).not.toMatch(PERSONAL)
})

test('follows what happens until Ctrl-C', async () => {
  const tail = start(['tail', '--process', 'account-create', '--json'])
  const [uuid = ''] = await postStudents(fleet.upstream, [student(10)])
  // Of a tail that was cut off in the middle the last line may be half of one.
  const eventsIn = (out: string) =>
    out
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line))
      .filter(({ runUuid }) => runUuid === uuid)
  await waitUntil('the run has passed by', async () => eventsIn(tail.out()).some(({ state }) => state === 'USER_NEISPUO_PERSIST'))
  tail.child.kill('SIGINT')
  const { code, out } = await tail.ended
  expect(code).toBe(0)
  // How often the account is looked for in vain depends on the directory's lag.
  const events = eventsIn(out).filter(({ status }) => status !== 'not_yet')
  expect(events.map(({ state }) => state)).toEqual([
    'RESERVE_USERNAME',
    'AWAITING_USER_CREATE',
    'POLL_USER_CREATE',
    'AWAITING_ENROLLMENT',
    'USER_NEISPUO_PERSIST',
  ])
})

test('pauses the whole fleet, cancels what waits, and lets the rest go on', async () => {
  expect(await rollcall('pause')).toMatchObject({ code: 2, err: expect.stringContaining("required option '--reason <text>'") })
  expect(await rollcall('pause', '--reason', 'Maintenance.')).toMatchObject({
    code: 0,
    out: expect.stringContaining('The whole fleet is paused.'),
  })
  await untilAllPaused(fleet)
  const [first = '', second = ''] = await postStudents(fleet.upstream, [student(20), student(21)])
  expect((await rollcall('show', first)).out).toMatch(/The whole fleet is paused since .* \(CLOSED_BY_OPERATOR: Maintenance\.\)\./)
  expect(await rollcall('doctor')).toMatchObject({ code: 1, out: expect.stringContaining('The whole fleet is paused') })
  expect(await rollcall('cancel', first, '--reason', 'Moved away.')).toMatchObject({ code: 0 })
  expect(await rollcall('resume', '--reason', 'Done.')).toMatchObject({ code: 0, out: 'The whole fleet is open.\n' })
  await waitUntil('both have ended', async () => {
    const ended = await fleet.database.prisma.run.count({ where: { uuid: { in: [first, second] }, dueAt: null } })
    return ended === 2
  })
  expect(jsonOf(await rollcall('show', first, '--json'))).toMatchObject({ status: 'cancelled' })
  expect(jsonOf(await rollcall('show', second, '--json'))).toMatchObject({ status: 'completed' })
})

test('replays what failed: counts, waits for a yes, follows to the end', async () => {
  await fleet.simulatorLevers.post('/faults', {
    match: { method: 'POST', pathPattern: '/education/users' },
    fault: { kind: 'error', status: 400, code: 'Request_BadRequest' },
  })
  const uuids = await postStudents(fleet.upstream, students(4, 30))
  await waitUntil('all have failed', async () => {
    return (await fleet.database.prisma.run.count({ where: { uuid: { in: uuids }, status: 'failed' } })) === uuids.length
  })
  const story = await rollcall('show', uuids[0] ?? '')
  expect(story).toMatchObject({ code: 1, out: expect.stringMatching(/DIRECTORY_REFUSED_DATA[\s\S]*→ /) })
  await fleet.simulatorLevers.delete('/faults')

  const filter = ['--error', 'DIRECTORY_REFUSED_DATA', '--school', SCHOOL]
  expect(await rollcall('replay', ...filter, '--dry-run')).toMatchObject({
    code: 0,
    out: expect.stringContaining('4 runs would be replayed:'),
  })
  const unasked = await rollcall('replay', ...filter, '--reason', 'The data are right now.')
  expect(unasked).toMatchObject({ code: 2, err: expect.stringContaining('add --yes') })
  expect(await fleet.database.prisma.run.count({ where: { uuid: { in: uuids }, status: 'failed' } })).toBe(4)

  const [one = '', ...others] = uuids
  expect(await rollcall('replay', one, '--yes', '--reason', 'The data are right now.')).toMatchObject({
    code: 0,
    out: expect.stringContaining('is on its way again, from AWAITING_USER_CREATE'),
  })
  await waitUntil('it has left', async () => (await fleet.database.prisma.run.count({ where: { uuid: one, status: 'completed' } })) === 1)
  const cohort = await rollcall('replay', ...filter, '--yes', '--json', '--reason', 'The data are right now.')
  expect(cohort.code, cohort.err).toBe(0)
  expect(jsonOf(cohort)).toMatchObject({ status: 'completed', count: 3, outcomes: { replayed: 3, refused: 0, pending: 0 } })
  await waitUntil('the others have ended', async () => {
    return (await fleet.database.prisma.run.count({ where: { uuid: { in: others }, status: 'completed' } })) === 3
  })
  expect((await rollcall('show', jsonOf(cohort).uuid)).out).toContain('of 3 runs: 3 replayed, 0 refused, 0 to come')
})

test('imports a file, follows it to the end and writes the result', async () => {
  const file = join(fleet.folder, 'roster.csv')
  const head = 'role;personId;firstName;lastName;birthDate;schoolId;grade;classIds'
  await writeFile(file, `${head}\nstudent;I0000001;Неда;Пробева;2014-05-05;${SCHOOL};5;\nstudent;I0000002;Явор;Пробев;soon;${SCHOOL};5;\n`)
  const result = join(fleet.folder, 'result.csv')
  const ran = await rollcall('import', file, '--result', result)
  expect(ran.code, ran.err).toBe(1)
  expect(ran.out).toMatch(/is done: 2 rows\.\n {2}imported {8}1\n {2}invalid {9}1\n/)
  const rows = (await readFile(result, 'utf8')).trim().split(/\r?\n/)
  expect(rows).toHaveLength(3)
  expect(rows[1]).toContain(';imported;')
  expect(rows[2]).toContain(';invalid;')
  const id = /Import (\S+) is done/.exec(ran.out)?.[1] ?? ''
  expect(await rollcall('show', id)).toMatchObject({ code: 0, out: expect.stringContaining(`Import ${id} is done`) })
})

test('the doctor finds a healthy fleet healthy, and says what is wrong when Redis is gone', async () => {
  // On a busy machine it is right to say for some seconds that a worker is held up.
  let said = ''
  const isWell = async () => {
    const { code, out } = await rollcall('doctor')
    said = out
    return code === 0
  }
  await waitUntil('the doctor finds nothing', isWell, { saying: () => said })
  expect(said).toContain('All is well.')
  await fleet.redis?.kill()
  try {
    const ill = await rollcall('doctor', '--json')
    expect(ill.code).toBe(1)
    const { verdict, findings } = jsonOf(ill)
    expect(verdict).toBe('wrong')
    expect(findings).toContainEqual(expect.objectContaining({ level: 'wrong', area: 'redis', says: 'Redis does not answer.' }))
    expect(findings).toContainEqual({ level: 'ok', area: 'database', says: 'The SQLite file answers.' })
    expect(await rollcall('status')).toMatchObject({ code: 0, out: expect.stringContaining('Redis cannot be asked who is alive.') })
  } finally {
    await fleet.restartRedis()
  }
})

test('says with exit code 3 that it is not let in, or that nobody is there', async () => {
  const stranger = await start(['status'], { ROLLCALL_API_KEY: 'rk_o_nobody' }).ended
  expect(stranger).toMatchObject({ code: 3, out: '', err: expect.stringContaining('(UNAUTHENTICATED)') })
  const nobody = await start(['status'], { ROLLCALL_API_URL: 'http://127.0.0.1:9', ROLLCALL_API_KEY: 'k' }).ended
  expect(nobody).toMatchObject({ code: 3, out: '', err: expect.stringContaining('cannot be reached') })
})
