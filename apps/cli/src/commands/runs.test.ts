// status, show, list, tail, cancel, pause and resume against the real API over a real database.
import { testRedis } from '@rollcall/platform/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createTestCli, type RunCommand, type TestCliOptions } from '../test-support/create-test-cli.ts'
import { type ServedApi, startServedApi } from '../test-support/start-served-api.ts'

const redis = testRedis()
const MINUTE_MS = 60_000
// Invented people.
const student = {
  personId: '0100231',
  firstName: 'Елица',
  lastName: 'Примерова',
  birthDate: '2015-02-28',
  schoolId: '2902418',
  grade: '5',
  classIds: ['771204'],
}
const PERSONAL = /Елица|Примерова|2015-02-28|0100231/

let api: ServedApi
beforeEach(async () => {
  api = await startServedApi({ redisUrl: redis.url })
})
afterEach(() => api.close())

function cli({ role = 'operator', ...options }: { role?: 'operator' | 'reader' | 'upstream' } & Partial<TestCliOptions> = {}): RunCommand {
  return api.cli({ as: role, ...options })
}

async function begun(personId: string): Promise<{ uuid: string; groupUuid: string }> {
  const { body } = await api.post('/student-create', { ...student, personId })
  return body
}

function pass(ms: number): void {
  api.clock.moveTo(api.clock.now() + ms)
}

async function failed(uuid: string): Promise<void> {
  await api.happened(uuid)
  pass(1_000)
  await api.happened(uuid, {
    state: 'AWAITING_USER_CREATE',
    operationType: 'SUBMITTED_AZURE_USER_CREATE_REQUEST',
    status: 'failed',
    attempt: 2,
    durationMs: 1_250,
    errorCode: 'DIRECTORY_REFUSED_DATA',
    errorMessage: 'The directory refused the data of this request. \u001b[2JGraph answered 400 (POST /users).',
  })
  await api.database.prisma.run.update({
    where: { uuid },
    data: {
      state: 'FAILED',
      status: 'failed',
      dueAt: null,
      errorCode: 'DIRECTORY_REFUSED_DATA',
      stateSince: new Date(api.clock.now()),
      liveKey: uuid,
    },
  })
}

describe('rollcall status', () => {
  test('sums up what is under way, what failed, what is closed and who works', async () => {
    await begun('1')
    const { uuid } = await begun('2')
    await failed(uuid)
    await api.post('/resources/graph/close', { reason: 'Maintenance until noon.' }, { as: 'operator' })
    pass(3 * MINUTE_MS)
    const { code, out } = await cli()('status')
    expect(code).toBe(0)
    expect(out.replace(api.url, 'URL')).toMatchInlineSnapshot(`
      "Fleet at URL, 2026-09-01 08:03:01Z

      Under way: 1
        process         state             status  runs  oldest
        account-create  RESERVE_USERNAME  new        1  3 min

      Failed in the last day: 1
        process         error                   runs
        account-create  DIRECTORY_REFUSED_DATA     1
        → \`pnpm rollcall list --status failed --error DIRECTORY_REFUSED_DATA\` lists them, \`show\` tells why and what to do.

      Resources
        fleet  open
        graph  closed for 3 min by operator of the tests (CLOSED_BY_OPERATOR): Maintenance until noon.
        → Once the reason is over: \`pnpm rollcall resume graph --reason …\`. Until then runs wait, none fails.

      Workers
        none is known"
    `)
  })

  test('gives a program what the API answers', async () => {
    const { code, json } = await cli()('status', '--json')
    expect(code).toBe(0)
    expect(json()).toEqual((await api.get('/status')).body)
  })
})

describe('rollcall show', () => {
  test('tells the story of a run, and what to do about what went wrong', async () => {
    const { uuid, groupUuid } = await begun('1')
    await failed(uuid)
    pass(3 * MINUTE_MS)
    const { code, out } = await cli()('show', uuid)
    expect(out.replaceAll(uuid, 'UUID').replaceAll(groupUuid, 'GROUP')).toMatchInlineSnapshot(`
      "account-create CREATE_NEISPUO_STUDENT UUID
        failed 3 min ago, version 1
        asked for by upstream of the tests at 2026-09-01 08:00:00Z, school 2902418, group GROUP

      2026-09-01 08:00:00Z  RESERVE_USERNAME        success  (took 12 ms)
      2026-09-01 08:00:01Z  AWAITING_USER_CREATE    failed  (SUBMITTED_AZURE_USER_CREATE_REQUEST, try 3, took 1.3 s)
          DIRECTORY_REFUSED_DATA  The directory refused the data of this request.  [2JGraph answered 400 (POST /users).
          → Read the request in the run, correct what the directory cannot take (a name, a domain), replay with the corrected input.

      Nothing happens by itself. \`pnpm rollcall replay UUID --reason …\` starts it again."
    `)
    expect(out).not.toMatch(PERSONAL)
    expect(code).toBe(1)
  })

  test('says when a run is next worked, and what it waits for', async () => {
    const { uuid } = await begun('1')
    await api.database.prisma.run.update({
      where: { uuid },
      data: { state: 'AWAITING_USER_CREATE', dueAt: new Date(api.clock.now() + 90_000) },
    })
    expect((await cli()('show', uuid)).out).toContain('AWAITING_USER_CREATE is worked at 2026-09-01 08:01:30Z, in 90 s.')
    await api.post('/resources/graph/close', { reason: 'Maintenance.' }, { as: 'operator' })
    await api.post(`/azure-data-sync/${uuid}/cancel`, { reason: 'Moved.' }, { as: 'operator' })
    const { code, out } = await cli()('show', uuid)
    expect(out).toContain('It waits for graph, which is closed since 2026-09-01 08:00:00Z (CLOSED_BY_OPERATOR: Maintenance.).')
    expect(out).toContain('Cancelling was asked for at 2026-09-01 08:00:00Z')
    expect(code).toBe(0)
  })

  test('gives a program the API’s shape without the person', async () => {
    const { uuid } = await begun(student.personId)
    await failed(uuid)
    const { out, json } = await cli()('show', uuid, '--json')
    expect(json()).toMatchObject({ uuid, state: 'FAILED', objectHistory: [{ status: 'success' }, { errorCode: 'DIRECTORY_REFUSED_DATA' }] })
    expect(out).not.toMatch(PERSONAL)
  })

  test('says so where the uuid is that of a group, or of nothing', async () => {
    const { groupUuid } = await begun('1')
    const group = await cli()('show', groupUuid)
    expect(group).toMatchObject({ code: 0, out: expect.stringContaining('is no run but a group: 1 runs') })
    const nothing = '0199a1f4-5c00-7000-8000-00000000a001'
    expect(await cli()('show', nothing)).toMatchObject({ code: 1, err: expect.stringContaining(`Nothing here has the uuid ${nothing}`) })
  })

  test('shows an upstream system its own runs', async () => {
    const { uuid } = await begun('1')
    expect(await cli({ role: 'upstream' })('show', uuid)).toMatchObject({ code: 0, out: expect.stringContaining('RESERVE_USERNAME') })
  })

  test('takes what is no uuid for wrong usage', async () => {
    expect(await cli()('show', 'students')).toMatchObject({ code: 2, err: expect.stringContaining('INVALID_PARAMETERS') })
  })
})

describe('rollcall list', () => {
  test('lists runs as every filter narrows them, without people', async () => {
    const { uuid, groupUuid } = await begun(student.personId)
    const other = await begun('2')
    await failed(other.uuid)
    const { out } = await cli()('list', '--status', 'failed', '--error', 'DIRECTORY_REFUSED_DATA')
    expect(out.split('\n')).toHaveLength(2)
    expect(out).toContain(other.uuid)
    expect((await cli()('list', '--group', groupUuid, '--json')).json()).toMatchObject({ runs: [{ uuid }], nextCursor: null })
    expect((await cli()('list', '--person', student.personId)).out).toContain(uuid)
    expect((await cli()('list')).out + (await cli()('list', '--json')).out).not.toMatch(PERSONAL)
    expect(await cli()('list', '--school', '999')).toMatchObject({ code: 0, out: '', err: 'No run is like that.' })
  })

  test('says that there is more, and fetches all page by page', async () => {
    const people = Array.from({ length: 203 }, (_, index) => ({ ...student, personId: `P${index}` }))
    await api.post('/student-create', people)
    const some = await cli()('list', '--limit', '3')
    expect(some.out.split('\n')).toHaveLength(4)
    expect(some.err).toBe('There are more than 3: raise --limit, or ask for --all.')
    const all = (await cli()('list', '--all', '--json')).json() as { runs: { uuid: string }[]; nextCursor: null }
    expect(new Set(all.runs.map(({ uuid }) => uuid)).size).toBe(203)
    expect(all.nextCursor).toBeNull()
  })

  test.each([
    ['--status', 'gone', 'Allowed choices are new'],
    ['--limit', '0', '--limit takes a whole number'],
    ['--from', 'yesterday', 'createdFrom must be a time'],
  ])('takes %s %s for wrong usage', async (option, value, says) => {
    expect(await cli()('list', option, value)).toMatchObject({ code: 2, err: expect.stringContaining(says) })
  })
})

describe('rollcall tail', () => {
  test('shows what happens as it happens, until Ctrl-C', async () => {
    const { uuid } = await begun('1')
    await api.happened(uuid)
    pass(3_000)
    const { code, out, err } = await cli({
      whileWaiting: async (turn, stop) => {
        if (turn === 2) stop()
        if (turn !== 0) return
        await api.happened(uuid, {
          state: 'AWAITING_USER_CREATE',
          status: 'failed',
          errorCode: 'DIRECTORY_BUSY',
          attempt: 1,
          durationMs: null,
        })
        pass(3_000)
      },
    })('tail')
    expect(out.replaceAll(uuid, 'UUID')).toMatchInlineSnapshot(`
      "2026-09-01 08:00:00Z  UUID  account-create    RESERVE_USERNAME        success     12 ms
      2026-09-01 08:00:03Z  UUID  account-create    AWAITING_USER_CREATE    failed      try 2  DIRECTORY_BUSY"
    `)
    expect({ code, err }).toEqual({ code: 0, err: '' })
  })

  test('follows errors only, one JSON line each', async () => {
    const { uuid } = await begun('1')
    await api.happened(uuid)
    await api.happened(uuid, { status: 'failed', errorCode: 'DIRECTORY_BUSY' })
    pass(3_000)
    const { out } = await cli({ whileWaiting: (_, stop) => stop() })('tail', '--errors', '--json')
    expect(JSON.parse(out)).toMatchObject({ runUuid: uuid, process: 'account-create', errorCode: 'DIRECTORY_BUSY' })
  })
})

describe('rollcall cancel', () => {
  test('marks a run, with its reason in the audit log', async () => {
    const { uuid } = await begun('1')
    const { code, out } = await cli()('cancel', uuid, '--reason', 'The pupil has moved.')
    expect({ code, out }).toMatchObject({ code: 0, out: expect.stringContaining('is marked for cancelling') })
    const audit = await api.database.audit.list({ targetType: 'run', targetId: uuid, limit: 10 })
    expect(audit).toMatchObject([{ action: 'run.cancel', reason: 'The pupil has moved.', actor: 'operator of the tests' }])
  })

  test('refuses what has ended, and who may not', async () => {
    const { uuid } = await begun('1')
    await failed(uuid)
    expect(await cli()('cancel', uuid, '--reason', 'x')).toMatchObject({ code: 1, err: expect.stringContaining('(RUN_ENDED)') })
    const refused = await cli({ role: 'reader' })('cancel', uuid, '--reason', 'x')
    expect(refused).toMatchObject({
      code: 3,
      err: 'This API key may not do that. Its role is reader; this needs operator or admin. (FORBIDDEN)',
    })
  })
})

describe('rollcall pause and resume', () => {
  test('close and reopen an outside system', async () => {
    const paused = await cli()('pause', 'graph', '--reason', 'Microsoft has an outage.')
    expect(paused).toMatchObject({ code: 0, out: expect.stringContaining('graph is paused.') })
    expect(await cli()('pause', 'graph', '--reason', 'again')).toMatchObject({
      code: 1,
      err: expect.stringContaining('RESOURCE_CLOSED_ALREADY'),
    })
    expect((await cli()('resume', 'graph', '--reason', 'It is over.', '--json')).json()).toEqual({
      name: 'graph',
      closed: false,
      closure: null,
    })
    expect(await cli()('pause', 'nothing', '--reason', 'x')).toMatchObject({ code: 1, err: expect.stringContaining('RESOURCE_NOT_FOUND') })
  })
})

describe('whoever is not let in', () => {
  test('learns what is missing', async () => {
    const nowhere = await createTestCli({ env: {} })('status')
    expect(nowhere).toMatchObject({ code: 3, err: expect.stringContaining('Where is the API? Start a fleet with `npm start`') })
    const noKey = await createTestCli({ env: { ROLLCALL_API_URL: api.url } })('status')
    expect(noKey).toMatchObject({ code: 2, err: expect.stringContaining('ROLLCALL_API_KEY: is not set') })
    const badKey = await createTestCli({ env: { ROLLCALL_API_URL: api.url, ROLLCALL_API_KEY: 'rk_o_wrong' } })('status')
    expect(badKey).toMatchObject({ code: 3, err: expect.stringContaining('(UNAUTHENTICATED)') })
    const away = await createTestCli({ env: { ROLLCALL_API_URL: 'http://127.0.0.1:9', ROLLCALL_API_KEY: 'k' } })('status')
    expect(away).toMatchObject({ code: 3, err: expect.stringContaining('cannot be reached') })
  })

  test('and a command that does not exist is wrong usage', async () => {
    expect(await cli()('stattus')).toMatchObject({ code: 2, err: expect.stringContaining('Did you mean status?') })
  })
})
