import type { ApiRole } from '@rollcall/database'
import { engineErrors, LedgerUnavailableError } from '@rollcall/engine'
import { complete, end } from '@rollcall/engine/testing/ledger-contract'
import { testRedis } from '@rollcall/platform/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { student } from '../test-support/people.ts'
import { startTestApi, type TestApi } from '../test-support/start-test-api.ts'

const redis = testRedis()
let test: TestApi
beforeEach(async () => {
  test = await startTestApi({ redisUrl: redis.url })
})
afterEach(() => test.close())

const { personId } = student
const reason = 'The guardians asked for it.'
const DATA = `/persons/${personId}/data`
const EXPORT = `${DATA}?reason=${encodeURIComponent(reason)}`
const CSV = `role,personId,firstName,lastName,birthDate,schoolId,grade,classIds\nstudent,${personId},Елица,Примерова,2015-02-28,2902418,5,\n`

async function begun(): Promise<string> {
  return (await test.post('/student-create', student)).body.uuid
}

async function endRun(uuid: string, ending: typeof end = complete): Promise<void> {
  const { ledger } = test.database
  const run = await ledger.find(uuid)
  if (!run) throw new Error(`No run ${uuid}.`)
  const { version: expectedVersion, input: _input, ...standing } = run
  const transition = ending({ ...run, createdAt: run.createdAt, dueAt: 0 }, { expectedVersion, version: expectedVersion + 1, events: [] })
  await ledger.commit([{ ...transition, updatedAt: test.clock.now(), result: standing.result }])
}

async function archiveAll(): Promise<void> {
  for (const status of ['cancelled', 'failed', 'completed'] as const) {
    const part = { status, endedBefore: test.clock.now() + 1, exceptProcess: 'canary', after: null, limit: 100 }
    await test.database.archive.move({ ...part, archivedAt: test.clock.now() })
  }
}

const auditOf = (targetType: string, targetId: string) => test.database.audit.list({ targetType, targetId, limit: 20 })
const reads = async () => (await auditOf('person', personId)).filter(({ action }) => action === 'person.read')
const as = (role: ApiRole) => ({ as: role })

describe('what is kept of a person', () => {
  it('is shown to an operator, each section with why and for how long, and is noted with the reason', async () => {
    const uuid = await begun()
    const { status, body } = await test.get(EXPORT, as('operator'))
    expect(status).toBe(200)
    expect(body).toMatchObject({
      personId,
      exportedBy: 'operator of the tests',
      person: { kept: 'Stays until the person is erased.', data: null },
      users: { data: [] },
      runs: {
        kept: expect.stringMatching(/^90 days, counted from the end of the run; then: moved/),
        data: [{ uuid, inputArgs: { ...student } }],
      },
      archivedRuns: { kept: expect.stringMatching(/^1825 days/), data: [] },
      auditRows: { data: [{ action: 'person.read', actor: 'operator of the tests', reason }] },
    })
    for (const section of ['person', 'users', 'reservations', 'credentials', 'runs', 'archivedRuns', 'importRows', 'auditRows']) {
      expect(body[section].why, section).toMatch(/^[A-Z].*\.$/)
    }
    expect(await reads()).toMatchObject([{ actor: 'operator of the tests', reason, details: { route: '/persons/:personId/data' } }])
  })

  it('is for operators and admins alone, and for those who say why', async () => {
    await begun()
    for (const role of ['upstream', 'service', 'reader'] as const) expect((await test.get(EXPORT, as(role))).status, role).toBe(403)
    expect((await test.get(EXPORT, as('admin'))).status).toBe(200)
    expect(await test.get(DATA, as('admin'))).toMatchObject({ status: 400, body: { code: 'INVALID_PARAMETERS' } })
  })

  it('is 404 where nothing is, and nothing is noted', async () => {
    expect(await test.get(EXPORT, as('admin'))).toMatchObject({ status: 404, body: { code: 'PERSON_NOT_FOUND' } })
    expect(await reads()).toEqual([])
  })

  it('is shown to nobody while it cannot be noted', async () => {
    await test.close()
    const audit = {
      append: () => Promise.reject(new LedgerUnavailableError(engineErrors.LEDGER_UNAVAILABLE)),
      appendAll: () => Promise.reject(new LedgerUnavailableError(engineErrors.LEDGER_UNAVAILABLE)),
      list: async () => [],
    }
    test = await startTestApi({ redisUrl: redis.url, deps: { audit } })
    const uuid = await begun()
    for (const path of [EXPORT, `/azure-data-sync/${uuid}`, `/azure-data-sync?personId=${personId}`]) {
      const answer = await test.get(path, as('operator'))
      expect(answer, path).toMatchObject({ status: 503, body: { code: 'LEDGER_UNAVAILABLE' } })
      expect(JSON.stringify(answer.body)).not.toContain(student.firstName)
    }
    expect((await test.get(`/azure-data-sync/${uuid}`, as('upstream'))).status).toBe(200)
  })
})

describe('erasing a person', () => {
  it('is for admins alone, with a reason, and only once no run lives', async () => {
    const uuid = await begun()
    expect((await test.delete(DATA, { reason }, as('operator'))).status).toBe(403)
    expect(await test.delete(DATA, {})).toMatchObject({ status: 422, body: { code: 'INVALID_BODY' } })
    expect(await test.delete(DATA, { reason, accountsRemoved: false })).toMatchObject({ status: 422 })
    expect(await test.delete(DATA, { reason })).toMatchObject({ status: 409, body: { code: 'PERSON_HAS_LIVE_RUN', uuid } })
    expect(await test.delete('/persons/Z9/data', { reason })).toMatchObject({ status: 404, body: { code: 'PERSON_NOT_FOUND' } })
    expect(await reads()).toEqual([])
  })

  it('wants to be told that the account is gone from the directory', async () => {
    await endRun(await begun())
    const at = new Date(0)
    const { prisma } = test.database
    await prisma.person.create({
      data: { personId, firstName: 'Елица', lastName: 'Примерова', birthDate: at, azureId: 'a-1', createdAt: at, updatedAt: at },
    })
    const sysUserId = '0199a1f4-5c00-7000-8000-00000000a001'
    await prisma.sysUser.create({
      data: {
        ...{ sysUserId, personId, username: 'ep1', liveUsername: 'ep1', livePersonId: personId, runUuid: 'r', isAzureUser: true },
        ...{ isAzureSynced: true, enrollmentStatus: 'ENROLLED', createdAt: at, updatedAt: at },
      },
    })
    expect(await test.delete(DATA, { reason })).toMatchObject({ status: 409, body: { code: 'PERSON_HAS_ACCOUNT', sysUserId } })
    const { status, body } = await test.delete(DATA, { reason, accountsRemoved: true })
    expect(status).toBe(200)
    expect(body.accounts).toEqual([{ sysUserId, username: 'ep1', azureId: 'a-1', live: true }])
  })

  it('wants to be told so, too, where an account was begun and never finished', async () => {
    await endRun(await begun(), end)
    const { reservations } = test.database
    await reservations.reserve({ personId, kind: 'student', candidates: ['ep2'], replacing: null, sealedPassword: 'sealed' })
    const refused = await test.delete(DATA, { reason })
    expect(refused).toMatchObject({ status: 409, body: { code: 'PERSON_HAS_UNFINISHED_ACCOUNT', detail: 'It is of the kind student.' } })
    expect((await test.delete(DATA, { reason, accountsRemoved: true })).status).toBe(200)
  })

  it('leaves a run that cannot be replayed, an audit row, and nothing to show; asked again it says what is kept', async () => {
    const uuid = await begun()
    await endRun(uuid, end)
    const first = await test.delete(DATA, { reason })
    expect(first).toMatchObject({
      status: 200,
      body: {
        personId,
        erased: { runs: 1, person: 0 },
        kept: [{ what: 'usernames', count: 0 }, { what: 'runs', count: 1 }, { what: 'auditRows' }],
      },
    })
    expect(await auditOf('person', personId)).toMatchObject([{ actor: 'admin of the tests', action: 'person.erase', reason }])
    expect((await test.get(EXPORT, as('admin'))).status).toBe(404)
    const shown = await test.get(`/azure-data-sync/${uuid}`)
    expect(shown).toMatchObject({ status: 200, body: { state: 'FAILED', inputArgs: {}, personId: expect.stringMatching(/^erased~/) } })
    const replay = await test.post(`/azure-data-sync/${uuid}/replay`, { reason, input: { schoolId: '17' } }, as('operator'))
    expect(replay).toMatchObject({ status: 409, body: { code: 'RUN_ERASED' } })
    const again = await test.delete(DATA, { reason })
    expect(again).toMatchObject({
      status: 200,
      body: { erasedAt: first.body.erasedAt, erased: { runs: 0 }, kept: [{ what: 'auditRows' }] },
    })
    expect((await test.post('/student-create', student)).status).toBe(202)
  })
})

describe('an archived run', () => {
  it('is still found, with its history, says since when it is archived, and is not to be changed', async () => {
    const uuid = await begun()
    await endRun(uuid, end)
    const before = (await test.get(`/azure-data-sync/${uuid}`)).body
    expect(before.archivedAt).toBeNull()
    await archiveAll()
    const { status, body } = await test.get(`/azure-data-sync/${uuid}`, as('upstream'))
    expect([status, body]).toEqual([200, { ...before, archivedAt: '2026-09-01T08:00:00.000Z' }])
    for (const order of ['replay', 'cancel']) {
      const answer = await test.post(`/azure-data-sync/${uuid}/${order}`, { reason }, as('operator'))
      expect(answer, order).toMatchObject({ status: 409, body: { code: 'RUN_ARCHIVED' } })
    }
  })

  it('is listed when the archive is asked for, by what the archive knows', async () => {
    const uuid = await begun()
    const { groupUuid } = (await test.get(`/azure-data-sync/${uuid}`)).body
    await endRun(uuid)
    await archiveAll()
    const listed = async (query: string) => (await test.get(`/azure-data-sync?${query}`)).body.runs
    expect(await listed(`personId=${personId}`)).toEqual([])
    for (const query of [
      `personId=${personId}`,
      'schoolId=2902418',
      `groupUuid=${groupUuid}`,
      'createdFrom=2026-09-01T00:00:00Z',
      'limit=1',
    ]) {
      expect(await listed(`archived=true&${query}`), query).toMatchObject([{ uuid, archivedAt: '2026-09-01T08:00:00.000Z' }])
    }
    expect(await listed('archived=true&personId=Z9')).toEqual([])
    const refused = await test.get('/azure-data-sync?archived=true&status=failed')
    expect(refused).toMatchObject({ status: 400, body: { code: 'INVALID_PARAMETERS', errors: [{ path: 'status' }] } })
  })

  it('counts in its group, and stays invisible to other upstream systems', async () => {
    const { body } = await test.post('/student-create', [student, { ...student, personId: 'S2' }])
    await endRun(body.results[0].uuid)
    await archiveAll()
    const group = (await test.get(`/groups/${body.groupUuid}`)).body
    expect([group.total, group.byStatus]).toEqual([2, { new: 1, completed: 1 }])
    await endRun(body.results[1].uuid)
    await archiveAll()
    expect((await test.get(`/groups/${body.groupUuid}`)).body).toMatchObject({ total: 2, byStatus: { completed: 2 } })
    await test.database.prisma.archivedRun.updateMany({ data: { requestedBy: 'another' } })
    expect((await test.get(`/azure-data-sync/${body.results[0].uuid}`, as('upstream'))).status).toBe(404)
    expect((await test.get('/azure-data-sync?archived=true', as('upstream'))).body.runs).toEqual([])
  })
})

describe('reading a person', () => {
  it.each<[ApiRole, number]>([
    ['reader', 1],
    ['operator', 1],
    ['admin', 1],
    ['service', 1],
    ['upstream', 0],
  ])('by a key of the role %s leaves %i row, which names no run', async (role, rows) => {
    const uuid = await begun()
    await test.get(`/azure-data-sync/${uuid}`, as(role))
    await test.get(`/azure-data-sync?personId=${personId}`, as(role))
    expect(await reads()).toHaveLength(rows)
    if (rows > 0) expect(await reads()).toMatchObject([{ actor: `${role} of the tests`, details: { route: '/azure-data-sync/:uuid' } }])
    expect(JSON.stringify(await reads())).not.toContain(uuid)
  })

  it('by a service that asked for them itself leaves no row', async () => {
    const { body } = await test.post('/student-create', student, as('service'))
    expect((await test.get(`/azure-data-sync/${body.uuid}`, as('service'))).status).toBe(200)
    expect((await test.get(`/azure-data-sync?personId=${personId}`, as('service'))).body.runs).toHaveLength(1)
    expect(await reads()).toEqual([])
  })

  it('is noted for a list of their runs, in the archive, too, but not for nobody', async () => {
    await endRun(await begun())
    await test.get('/azure-data-sync?personId=Z9')
    expect(await test.rows()).not.toHaveProperty('auditLog')
    await archiveAll()
    await test.get(`/azure-data-sync?archived=true&personId=${personId}`)
    expect(await reads()).toMatchObject([{ details: { route: '/azure-data-sync' } }])
  })

  it('in a list of many is noted once, with what it was narrowed by, however many pages of it are read', async () => {
    await test.post('/student-create', [student, { ...student, personId: 'S2' }])
    const list = '/azure-data-sync?schoolId=2902418&limit=1'
    const { body } = await test.get(list)
    expect((await test.get(`${list}&cursor=${body.nextCursor}`)).body.runs).toHaveLength(1)
    expect(await auditOf('list', '/azure-data-sync')).toMatchObject([
      { actor: 'reader of the tests', action: 'person.read', details: { route: '/azure-data-sync', archived: false, schoolId: '2902418' } },
    ])
    await test.get('/azure-data-sync?schoolId=none')
    await test.get('/azure-data-sync', as('upstream'))
    expect(await auditOf('list', '/azure-data-sync')).toHaveLength(1)
    expect(await reads()).toEqual([])
  })

  it('in the list of unfinished accounts is noted for everybody who is shown', async () => {
    await test.database.reservations.reserve({ personId, kind: 'student', candidates: ['ep2'], replacing: null, sealedPassword: 's' })
    await test.get('/accounts/unfinished?olderThan=2020-01-01T00:00:00Z')
    expect(await reads()).toEqual([])
    for (const role of ['reader', 'service'] as const) await test.get('/accounts/unfinished', as(role))
    expect((await reads()).map(({ actor, details }) => [actor, details.route])).toEqual(
      expect.arrayContaining([
        ['reader of the tests', '/accounts/unfinished'],
        ['service of the tests', '/accounts/unfinished'],
      ]),
    )
  })

  it('in the rows of an import is noted at the import', async () => {
    const sent = await test.post('/imports', CSV, { headers: { 'content-type': 'text/csv' } })
    expect(sent.status).toBe(202)
    await test.get(`/imports/${sent.body.id}/rows`, as('upstream'))
    expect(await auditOf('import', sent.body.id)).toEqual([])
    expect((await test.get(`/imports/${sent.body.id}/rows`)).status).toBe(200)
    await test.get(`/imports/${sent.body.id}/rows?format=csv`, as('operator'))
    expect((await auditOf('import', sent.body.id)).map(({ actor }) => actor)).toEqual(
      expect.arrayContaining(['reader of the tests', 'operator of the tests']),
    )
  })
})
