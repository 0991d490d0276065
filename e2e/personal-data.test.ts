// A pupil's data from the request to the archive, the export and the erasure, through the interface and with the roles that users have.
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ApiAnswer } from './support/call-api.ts'
import { student } from './support/people.ts'
import { startTestFleet, type TestFleet } from './support/start-test-fleet.ts'
import { waitUntil } from './support/wait-until.ts'

/** Invented, in words that stand nowhere else. */
const pupil = student(1, {
  personId: 'Q7730001',
  firstName: 'Зорница',
  middleName: 'Непознатова',
  lastName: 'Изтриваема',
  birthDate: '2013-04-17',
})
const { personId } = pupil
const others = [2, 3, 4].map((index) => student(index))
const DATA = `/persons/${personId}/data`
const reason = 'The guardians asked for it.'

let fleet: TestFleet
beforeAll(async () => {
  // It is always night, and what has ended is old at once.
  fleet = await startTestFleet({
    ...{ NIGHTLY_FROM_UTC: '00:00', NIGHTLY_TO_UTC: '00:00', NIGHTLY_EVERY_MS: '300', RUNS_KEPT_DAYS: '0', CANARY_EVERY_MS: '1000' },
  })
})
afterAll(() => fleet.end())

async function erase(body: object, caller = fleet.admin): Promise<ApiAnswer> {
  const answer = await caller.send(DATA, {
    method: 'DELETE',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  })
  return { status: answer.status, headers: answer.headers, body: (await answer.json()) as ApiAnswer['body'] }
}

/** The run as it stands once it is archived. */
async function untilArchived(uuid: string): Promise<Readonly<Record<string, unknown>>> {
  const look = async () => (await fleet.upstream.get(`/azure-data-sync/${uuid}`)).body
  await waitUntil(`run ${uuid} is archived`, async () => typeof (await look()).archivedAt === 'string')
  return look()
}

function usernameOf(run: Readonly<Record<string, unknown>>): string {
  return (run.resultObject as { readonly RESERVE_USERNAME: { readonly username: string } }).RESERVE_USERNAME.username
}

/** Everything that the database has on the disk. */
async function bytesOfDatabase(): Promise<Buffer> {
  const file = fleet.databaseUrl.slice('file:'.length)
  const folder = join(file, '..')
  const names = (await readdir(folder)).filter((name) => join(folder, name).startsWith(file))
  return Buffer.concat(await Promise.all(names.map((name) => readFile(join(folder, name)))))
}

let uuid: string
let username: string

test('pupils who got their accounts are archived, and stay findable with all that was done', async () => {
  const answers = await Promise.all([pupil, ...others].map((body) => fleet.upstream.post('/student-create', body)))
  const uuids = answers.map(({ body }) => String(body.uuid))
  const runs = await Promise.all(uuids.map(untilArchived))
  for (const run of runs) {
    expect(run).toMatchObject({ state: 'COMPLETED', status: 'completed', completion: 'full', dueAt: null })
    const history = run.objectHistory as readonly { readonly operationType: string; readonly status: string }[]
    expect(history.filter(({ status }) => status === 'success').map(({ operationType }) => operationType)).toEqual([
      'RESERVED_USERNAME',
      'SUBMITTED_AZURE_USER_CREATE_REQUEST',
      'POLLED_AZURE_USER_CREATE',
      'SUBMITTED_AZURE_ENROLLMENT_REQUEST',
      'PERSISTED_USER_TO_NEISPUO',
    ])
  }
  ;[uuid = ''] = uuids
  username = usernameOf(runs[0] ?? {})
  expect((await fleet.reader.get(`/azure-data-sync?personId=${personId}`)).body.runs).toEqual([])
  expect((await fleet.reader.get(`/azure-data-sync?archived=true&personId=${personId}`)).body.runs).toMatchObject([{ uuid }])
  expect(await fleet.operator.post(`/azure-data-sync/${uuid}/replay`, { reason })).toMatchObject({
    status: 409,
    body: { code: 'RUN_ARCHIVED' },
  })
  expect(await fleet.database.prisma.archivedRun.count({ where: { process: 'canary' } })).toBe(0)
})

test('a second request for them finds the account, although its run is archived', async () => {
  expect(await fleet.upstream.post('/student-create', pupil)).toMatchObject({ status: 409, body: { code: 'ACCOUNT_EXISTS' } })
})

test('an operator is shown everything that is kept, but the initial password, and the log says so', async () => {
  const { status, body } = await fleet.operator.get(`${DATA}?reason=${encodeURIComponent(reason)}`)
  expect(status).toBe(200)
  const { firstName, lastName, birthDate } = pupil
  expect(body).toMatchObject({
    person: { data: { personId, firstName, lastName, birthDate, publicEduNumber: username } },
    users: { data: [{ username, roles: [{ role: 'STUDENT', institutionId: pupil.schoolId }] }] },
    reservations: { data: [{ username, current: true }] },
    credentials: { data: [{ kind: 'student', erasedAt: null }] },
    runs: { kept: expect.stringMatching(/^0 days/), data: [] },
    archivedRuns: { data: [{ uuid, inputArgs: { firstName } }] },
  })
  expect(JSON.stringify(body)).not.toContain('sealedPassword')
  const log = await fleet.database.audit.list({ targetType: 'person', targetId: personId, limit: 10 })
  // The reader's list of the first test is the older one.
  expect(log).toMatchObject([
    { action: 'person.read', reason },
    { action: 'person.read', details: { route: '/azure-data-sync' } },
  ])
})

test('an admin erases them; the file of the database holds nothing of them but the id in the log', async () => {
  const { firstName, middleName = '', lastName, birthDate } = pupil
  const secrets = [firstName, middleName, lastName, birthDate, firstName.toLowerCase()]
  const before = await bytesOfDatabase()
  for (const secret of secrets) expect([secret, before.includes(secret)]).toEqual([secret, true])
  expect((await erase({ reason }, fleet.operator)).status).toBe(403)
  expect(await erase({ reason })).toMatchObject({ status: 409, body: { code: 'PERSON_HAS_ACCOUNT' } })

  const { status, body } = await erase({ reason, accountsRemoved: true })

  expect(status).toBe(200)
  expect(body).toMatchObject({
    accounts: [{ username, live: true, azureId: expect.any(String) }],
    erased: { person: 1, users: 1, roles: 1, credentials: 1, runs: 0, archivedRuns: 1 },
  })
  const after = await bytesOfDatabase()
  for (const secret of secrets) expect([secret, after.includes(secret)]).toEqual([secret, false])
  expect((await fleet.admin.get(`${DATA}?reason=again`)).status).toBe(404)
  expect((await fleet.reader.get(`/azure-data-sync/${uuid}`)).body).toMatchObject({ status: 'completed', inputArgs: {}, resultObject: {} })
  const { auditLog, usernameReservation } = fleet.database.prisma
  expect(await usernameReservation.findUnique({ where: { username } })).toMatchObject({ personId: expect.stringMatching(/^erased~/) })
  expect(await auditLog.count({ where: { targetId: personId } })).toBe(3)
  await auditLog.deleteMany({ where: { targetId: personId } })
  expect((await bytesOfDatabase()).includes(`"${personId}"`)).toBe(false)
  expect(await erase({ reason })).toMatchObject({ status: 404, body: { code: 'PERSON_NOT_FOUND' } })
})

test('they can be asked for anew, and get another username', async () => {
  const { status, body } = await fleet.upstream.post('/student-create', pupil)
  expect(status).toBe(202)
  const run = await untilArchived(String(body.uuid))
  expect(run).toMatchObject({ status: 'completed', completion: 'full' })
  expect(usernameOf(run)).not.toBe(username)
  expect(await fleet.database.accounts.findLive([personId])).toMatchObject([{ username: usernameOf(run) }])
})
