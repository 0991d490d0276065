// The runs of jobs in the dashboard: shown to everybody, ordered about by those who administer the jobs.
import { createEvent, createIds, defineSchedule, prepareRun, type ScheduleDefinition } from '@rollcall/engine'
import { replayCohort } from '@rollcall/operations'
import { testRedis } from '@rollcall/platform/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { type Drill, drill as drillProcess, startDrill } from '../test-support/drill.ts'
import { startTestDashboard, type TestDashboard } from '../test-support/start-test-dashboard.ts'

/** Drills every night. */
const nightly: ScheduleDefinition = defineSchedule({
  name: 'nightlyDrill',
  process: drillProcess,
  about: 'Drills a hole every night.',
  settings: z.object({}),
  defaults: { cron: '0 2 * * *', timeZone: 'UTC', enabled: true, settings: {} },
  inputOf: () => ({ hole: 'night', owner: 'nobody' }),
})

const redis = testRedis()
let test: TestDashboard
let drill: Drill
beforeEach(async () => {
  test = await startTestDashboard({
    redisUrl: redis.url,
    deps: { processes: [drillProcess, replayCohort], scheduleDefinitions: [nightly] },
  })
  drill = startDrill({ redisUrl: redis.url, ...test })
})
afterEach(async () => {
  await drill.stop()
  await test.close()
})

const reason = 'The bit was changed.'

async function failed(): Promise<{ uuid: string; version: number }> {
  drill.breaks.DRILL.add('1')
  const { uuid, version } = await drill.run('1')
  drill.breaks.DRILL.delete('1')
  return { uuid, version }
}

/** As an admin ordered it, and as it failed. */
async function failedCohort(): Promise<string> {
  const { clock, database } = test
  const [newId, now] = [createIds(clock), clock.now()]
  const cohortUuid = newId()
  const filter = { status: 'failed', process: drillProcess.name } as const
  const input = { cohortUuid, filter, fromState: null, actor: 'admin of the tests', reason, asOf: now, count: 1 }
  const origin = { groupUuid: newId(), requestedBy: 'admin of the tests', priority: 1, now, newId: () => cohortUuid }
  const run = prepareRun({ process: replayCohort, input, ...origin })
  await database.ledger.accept({ groupUuid: origin.groupUuid, request: null, runs: [run] })
  const [begun] = await database.ledger.read([cohortUuid])
  if (!begun) throw new Error('The run that was accepted is not there.')
  const ended = { state: 'FAILED', status: 'failed', dueAt: null, liveKey: cohortUuid } as const
  const events = [createEvent({ id: newId(), at: now, run: begun, operationType: begun.state, status: 'failed' })]
  await database.ledger.commit([{ ...begun, ...ended, expectedVersion: 1, expectedAttempt: null, version: 2, events }])
  return cohortUuid
}

describe('a run of a job', () => {
  it('offers its orders to an admin, and says to an operator why not to him', async () => {
    const { uuid } = await failed()
    const pageFor = async (role: 'operator' | 'admin') => (await (await test.loggedIn(role)).get(`/runs/${uuid}`)).page
    expect((await pageFor('admin')).querySelectorAll('main form')).toHaveLength(1)
    const page = await pageFor('operator')
    expect(page.querySelectorAll('main form')).toEqual([])
    expect(page.querySelector('main')?.structuredText).toContain('those replay and cancel it who administer the jobs')
  })

  it('is neither replayed nor cancelled by an operator, who sends the forms all the same', async () => {
    const { uuid, version } = await failed()
    const browser = await test.loggedIn('operator')
    const tokenOf = async (one: typeof browser) =>
      (await one.get(`/runs/${uuid}`)).page.querySelector('input[name=_csrf]')?.getAttribute('value')
    const replay = { reason, fromState: 'DRILL', version: String(version) }
    for (const [verb, fields] of [
      ['replay', replay],
      ['cancel', { reason }],
    ] as const) {
      const answer = await browser.post(`/runs/${uuid}/${verb}`, { ...fields, _csrf: await tokenOf(browser) })
      expect(answer.status, verb).toBe(403)
      expect(answer.page.querySelector('[role=alert]')?.text).toContain('by those who administer the jobs')
    }
    expect(await test.database.ledger.find(uuid)).toMatchObject({ status: 'failed', version, cancelRequestedAt: null })
    const admin = await test.loggedIn('admin')
    expect((await admin.post(`/runs/${uuid}/replay`, { ...replay, _csrf: await tokenOf(admin) })).status).toBe(303)
    expect(await drill.ended(uuid, { version: version + 1 })).toMatchObject({ status: 'completed' })
  })

  it('is replayed by no operator who lets another run go on that replays it, and is offered no form for that', async () => {
    const { uuid, version } = await failed()
    const cohort = await failedCohort()
    const operator = await test.loggedIn('operator')
    const { page } = await operator.get(`/runs/${cohort}`)
    expect(page.querySelectorAll('main form')).toEqual([])
    expect(page.querySelector('main')?.structuredText).toContain('Runs of jobs are among those that it replays')
    const token = page.querySelector('input[name=_csrf]')?.getAttribute('value')
    const form = { reason, fromState: 'SELECT_RUNS', version: '2', _csrf: token }
    const answer = await operator.post(`/runs/${cohort}/replay`, form)
    expect(answer.status).toBe(403)
    expect(answer.page.querySelector('[role=alert]')?.text).toContain('1 of the runs that it replays are of jobs.')
    const stand = [await test.database.ledger.find(cohort), await test.database.ledger.find(uuid)]
    expect(stand).toMatchObject([
      { status: 'failed', version: 2 },
      { status: 'failed', version },
    ])
  })

  it('keeps the form from nobody who would be heard: an admin, and an operator once no run of a job is left', async () => {
    const { uuid, version } = await failed()
    const cohort = await failedCohort()
    const formsFor = async (role: 'operator' | 'admin') => {
      const { page } = await (await test.loggedIn(role)).get(`/runs/${cohort}`)
      return page.querySelectorAll('main form').map((form) => form.getAttribute('action'))
    }
    const replayForm = [`/runs/${cohort}/replay`]
    expect([await formsFor('admin'), await formsFor('operator')]).toEqual([replayForm, []])
    const admin = await test.loggedIn('admin')
    await admin.submit({ on: `/runs/${uuid}`, action: `/runs/${uuid}/replay`, fields: { reason } })
    await drill.ended(uuid, { version: version + 1 })
    expect(await formsFor('operator')).toEqual(replayForm)
  })

  it('is not replayed by Bull Board’s buttons, either', async () => {
    const { uuid, version } = await failed()
    const jobId = `${uuid}-${version - 1}`
    const base = '/queues/api/queues/drill.DRILL'
    const operator = await test.loggedIn('operator')
    expect((await operator.call('PUT', `${base}/${jobId}/retry`)).json()).toMatchObject({ code: 'ADMIN_ONLY' })
    const all = (await operator.call('PUT', `${base}/retry/failed`)).json()
    expect(all).toMatchObject({ code: 'NOT_ALL_REPLAYED', retried: 0, items: [{ runUuid: uuid, refusedAs: 'ADMIN_ONLY' }] })
    expect((await test.database.ledger.find(uuid))?.version).toBe(version)
  })
})
