// An operator at the dashboard of a real fleet: a run fails, is found, and goes on at the press of Bull Board's button.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { issueNamedKeys, type NamedKey } from '@rollcall/scripts/fleet'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type DashboardBrowser, openBrowser } from './support/open-browser.ts'
import { student } from './support/people.ts'
import { postStudents } from './support/post-students.ts'
import { startTestFleet, type TestFleet } from './support/start-test-fleet.ts'
import { waitUntil } from './support/wait-until.ts'

const STATE = 'account-create.AWAITING_USER_CREATE'
const REFUSE_ACCOUNTS = {
  match: { method: 'POST', pathPattern: '/education/users' },
  fault: { kind: 'error', status: 400, code: 'Request_BadRequest' },
}

let fleet: TestFleet
let keys: Readonly<Record<'operator' | 'reader', NamedKey>>
beforeAll(async () => {
  fleet = await startTestFleet({}, { dashboard: true })
  keys = await issueNamedKeys({ databaseUrl: fleet.databaseUrl, roles: ['operator', 'reader'] })
})
afterAll(() => fleet.end())

async function loggedIn(role: 'operator' | 'reader'): Promise<DashboardBrowser> {
  const browser = openBrowser(fleet.dashboardUrl)
  expect(await browser.submit({ on: '/login', action: '/login', fields: { ...keys[role] } })).toMatchObject({ status: 303, location: '/' })
  return browser
}

async function failedPupils(from: number, count: number): Promise<string[]> {
  await fleet.simulatorLevers.post('/faults', REFUSE_ACCOUNTS)
  const uuids = await postStudents(
    fleet.upstream,
    Array.from({ length: count }, (_, index) => student(from + index)),
  )
  await untilAll(uuids, 'failed')
  await fleet.simulatorLevers.delete('/faults')
  return uuids
}

function untilAll(uuids: readonly string[], status: string): Promise<void> {
  return waitUntil(`${uuids.length} runs are ${status}`, async () => {
    return (await fleet.database.prisma.run.count({ where: { uuid: { in: [...uuids] }, status } })) === uuids.length
  })
}

async function failedJobs(browser: DashboardBrowser): Promise<{ id: string; data: { uuid: string } }[]> {
  const { text } = await browser.call('GET', `/queues/api/queues?activeQueue=${STATE}&status=failed&jobsPerPage=50`)
  return JSON.parse(text).queues.find(({ name }: { name: string }) => name === STATE).jobs
}

const replaysOf = (uuid: string) => fleet.database.audit.list({ targetType: 'run', targetId: uuid, limit: 10 })

test('a failed run goes on when an operator presses Bull Board’s retry, under the operator’s name; a reader cannot', async () => {
  const [uuid = ''] = await failedPupils(1, 1)
  const operator = await loggedIn('operator')
  expect((await operator.get('/')).text).toContain('DIRECTORY_REFUSED_DATA')
  expect((await operator.get('/queues/')).text).toContain('<div id="root">')
  const job = await waitForJob(operator, uuid)

  const reader = await loggedIn('reader')
  expect(await reader.call('PUT', `/queues/api/queues/${STATE}/${job}/retry`)).toMatchObject({ status: 403 })
  expect(await reader.call('PUT', `/queues/api/queues/${STATE}/${job}/clean`)).toMatchObject({ status: 403 })
  expect(await replaysOf(uuid)).toEqual([])

  expect(await operator.call('PUT', `/queues/api/queues/${STATE}/${job}/clean`)).toMatchObject({ status: 403 })
  expect(await operator.call('PUT', `/queues/api/queues/${STATE}/${job}/retry`)).toMatchObject({ status: 204 })
  await untilAll([uuid], 'completed')
  expect(await replaysOf(uuid)).toMatchObject([
    {
      actor: keys.operator.name,
      action: 'run.replay',
      reason: `retried in Bull Board (job ${job})`,
      details: { fromState: 'AWAITING_USER_CREATE' },
    },
  ])
  const story = (await reader.get(`/runs/${uuid}`)).text
  expect(story).toContain('<td>REPLAYED</td>')
  expect(story).toContain(keys.operator.name)
  expect(story).not.toMatch(/Крум|Образцов/)
})

async function waitForJob(browser: DashboardBrowser, uuid: string): Promise<string> {
  // A job fails a moment after its run's row.
  await waitUntil('Bull Board shows the job', async () => (await failedJobs(browser)).some(({ data }) => data.uuid === uuid))
  return (await failedJobs(browser)).find(({ data }) => data.uuid === uuid)?.id ?? ''
}

test('many failed runs go on at the press of one button, each audited; one from its own page, with a reason', async () => {
  const [alone = '', ...many] = await failedPupils(10, 6)
  const operator = await loggedIn('operator')
  await waitUntil('Bull Board shows the jobs', async () => (await failedJobs(operator)).length === 6)
  const fields = { reason: 'the directory takes accounts again' }
  const answer = await operator.submit({ on: `/runs/${alone}`, action: `/runs/${alone}/replay`, fields })
  expect(answer).toMatchObject({ status: 303, location: `/runs/${alone}?done=replayed` })
  await untilAll([alone], 'completed')

  const all = await operator.call('PUT', `/queues/api/queues/${STATE}/retry/failed`)
  expect(all.status).toBe(409)
  expect(JSON.parse(all.text)).toMatchObject({ retried: 5, skipped: 1, message: expect.stringContaining('1 × JOB_OUTDATED') })
  await untilAll(many, 'completed')
  for (const uuid of many) expect(await replaysOf(uuid)).toMatchObject([{ actor: keys.operator.name }])
  expect(await replaysOf(alone)).toMatchObject([{ reason: fields.reason }])
})

test('a session outlives the process, ends with the logout, and leaves neither key nor cookie in the log', async () => {
  const operator = await loggedIn('operator')
  const session = operator.cookies.get('rollcall') ?? ''
  await fleet.app('dashboard').stop()
  await fleet.restart('dashboard')
  expect((await operator.get('/')).status).toBe(200)
  expect(await operator.submit({ on: '/', action: '/logout', fields: {} })).toMatchObject({ status: 303, location: '/login' })
  expect(await operator.get('/')).toMatchObject({ status: 303, location: '/login' })

  const log = await readFile(join(fleet.logFolder, 'dashboard.log'), 'utf8')
  expect(log).toContain('"msg":"request answered"')
  for (const secret of [keys.operator.key, keys.reader.key, session, 'rk_', 'Крум']) expect(log).not.toContain(secret)
  expect(session).not.toBe('')
})
