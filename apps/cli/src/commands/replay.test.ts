import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { testRedis } from '@rollcall/platform/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { RunCommand, TestCliOptions } from '../test-support/create-test-cli.ts'
import { type ServedApi, startServedApi } from '../test-support/start-served-api.ts'

const redis = testRedis()
const reason = ['--reason', 'The school has been created.']
// Invented people.
const student = { firstName: 'Елица', lastName: 'Примерова', birthDate: '2015-02-28', schoolId: '2902418', grade: '5', classIds: [] }

let api: ServedApi
beforeEach(async () => {
  api = await startServedApi({ redisUrl: redis.url })
})
afterEach(() => api.close())

function cli(options: Partial<TestCliOptions> = {}): RunCommand {
  return api.cli({ as: 'operator', ...options })
}

/** Runs that have failed in RESERVE_USERNAME. */
async function failed(count: number): Promise<string[]> {
  const people = Array.from({ length: count }, (_, index) => ({ ...student, personId: `P${index}` }))
  const { body } = await api.post('/student-create', people)
  const uuids: string[] = body.results.map(({ uuid }: { uuid: string }) => uuid)
  for (const uuid of uuids) {
    const ended = { state: 'FAILED', status: 'failed', dueAt: null, errorCode: 'USERNAMES_EXHAUSTED', liveKey: uuid, version: 2 }
    await api.database.prisma.run.update({ where: { uuid }, data: { ...ended, stateSince: new Date(api.clock.now()) } })
    await api.happened(uuid, { status: 'failed', errorCode: 'USERNAMES_EXHAUSTED' })
  }
  return uuids
}

const stillFailed = () => api.database.prisma.run.count({ where: { process: 'account-create', status: 'failed' } })
const orders = () => api.database.prisma.run.findMany({ where: { process: 'replay-cohort' } })

describe('rollcall replay of one run', () => {
  test('asks the person at the terminal first', async () => {
    const [uuid = ''] = await failed(1)
    const no = await cli({ answers: ['n'] })('replay', uuid, ...reason)
    expect(no).toMatchObject({ code: 0, out: '' })
    expect(no.err).toContain('Replay it? [y/N]')
    expect(no.err).toContain('Nothing was replayed.')
    expect(await stillFailed()).toBe(1)

    const yes = await cli({ answers: ['yes'] })('replay', uuid, ...reason)
    expect(yes).toMatchObject({ code: 0, out: expect.stringContaining(`${uuid} is on its way again, from RESERVE_USERNAME.`) })
    expect(await stillFailed()).toBe(0)
    const audit = await api.database.audit.list({ targetType: 'run', targetId: uuid, limit: 10 })
    expect(audit).toMatchObject([{ action: 'run.replay', reason: 'The school has been created.' }])
  })

  test('does nothing where nobody can be asked, unless told so', async () => {
    const [uuid = ''] = await failed(1)
    expect(await cli()('replay', uuid, ...reason)).toMatchObject({ code: 2, err: expect.stringContaining('add --yes') })
    expect(await stillFailed()).toBe(1)
    expect(await cli()('replay', uuid, '--yes', '--json', ...reason)).toMatchObject({
      code: 0,
      out: expect.not.stringContaining('personId'),
    })
    expect(await stillFailed()).toBe(0)
  })

  test('takes corrected fields from a file, and names those that are wrong without their values', async () => {
    const [uuid = ''] = await failed(1)
    const folder = await mkdtemp(join(tmpdir(), 'rollcall-input-'))
    const file = join(folder, 'input.json')
    try {
      await writeFile(file, JSON.stringify({ birthDate: 'soon' }))
      const refused = await cli()('replay', uuid, '--input', file, '--yes', ...reason)
      expect(refused).toMatchObject({ code: 2, err: expect.stringContaining('input.birthDate must be a date of the calendar') })
      expect(refused.err).not.toContain('soon')
      await writeFile(file, JSON.stringify({ schoolId: '2902419' }))
      expect((await cli()('replay', uuid, '--input', file, '--yes', ...reason)).code).toBe(0)
      expect((await api.database.ledger.find(uuid))?.scopeId).toBe('2902419')
      await writeFile(file, 'Елица')
      const noJson = await cli()('replay', uuid, '--input', file, '--yes', ...reason)
      expect(noJson).toMatchObject({ code: 2, err: expect.stringContaining('holds no JSON object of corrected fields') })
      expect(noJson.err).not.toContain('Елица')
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  test('says why a run cannot be replayed', async () => {
    const { body } = await api.post('/student-create', { ...student, personId: 'live' })
    expect(await cli()('replay', body.uuid, '--yes', ...reason)).toMatchObject({ code: 1, err: expect.stringContaining('(RUN_NOT_ENDED)') })
  })
})

describe('rollcall replay of many runs', () => {
  test('only counts in a dry run', async () => {
    await failed(3)
    const { code, out } = await cli()('replay', '--error', 'USERNAMES_EXHAUSTED', '--dry-run')
    expect(code).toBe(0)
    expect(out).toMatchInlineSnapshot(`
      "3 runs would be replayed:
        by process  account-create 3
        by state    RESERVE_USERNAME 3
        by error    USERNAMES_EXHAUSTED 3
        by school   2902418 3"
    `)
    const counted = await cli()('replay', '--school', '2902418', '--dry-run', '--json')
    expect(counted.json()).toMatchObject({ count: 3, notReplayable: 0 })
    expect(await cli()('replay', '--school', '999', '--dry-run')).toMatchObject({ code: 0, out: 'No run is like that.' })
    expect(await orders()).toEqual([])
  })

  test('counts, asks, and orders what was counted', async () => {
    await failed(3)
    expect((await cli({ answers: ['n'] })('replay', '--school', '2902418', ...reason)).err).toContain('Replay these 3? [y/N]')
    expect(await orders()).toEqual([])
    const begun = await cli({ answers: ['y'] })('replay', '--school', '2902418', '--no-follow', ...reason)
    expect(begun).toMatchObject({ code: 0, out: expect.stringMatching(/Begun: `pnpm rollcall show \S+` tells how far it is\.$/) })
    expect(await orders()).toMatchObject([{ requestedBy: 'operator of the tests' }])
  })

  test('follows the order to its end, and tells who was refused and what to do', async () => {
    const [a = '', b = ''] = await failed(2)
    const { code, out, err } = await cli({
      async whileWaiting() {
        const [order] = await orders()
        const cohortUuid = order?.uuid ?? ''
        const items = [
          { cohortUuid, runUuid: a, outcome: 'replayed' },
          { cohortUuid, runUuid: b, outcome: 'refused', errorCode: 'RUN_KEY_TAKEN' },
        ]
        await api.database.prisma.cohortItem.createMany({ data: items })
        const ended = { state: 'COMPLETED', status: 'completed', completion: 'partial', dueAt: null, liveKey: cohortUuid }
        await api.database.prisma.run.update({ where: { uuid: cohortUuid }, data: ended })
      },
    })('replay', '--school', '2902418', '--yes', ...reason)
    expect(out).toContain('of 2 runs: 1 replayed, 1 refused, 0 to come')
    expect(out).toMatch(/refused 1 times: RUN_KEY_TAKEN\n {4}→ \S/)
    expect(err).toMatch(/Replaying 0\/2[\s\S]*Replaying 2\/2/)
    expect(code).toBe(1)
  })

  test('lets the order go on when nobody looks any more', async () => {
    await failed(1)
    const { code, err } = await cli({ whileWaiting: (_, stop) => stop() })('replay', '--school', '2902418', '--yes', ...reason)
    expect(err).toMatch(/Not looking any more; it goes on\. `pnpm rollcall show \S+` shows how far it is\./)
    expect(code).toBe(1)
    expect(await orders()).toMatchObject([{ status: 'new', cancelRequestedAt: null }])
  })

  test.each([
    ['nothing at all', [...reason], 'Which runs?'],
    ['a uuid and a filter', ['0199a1f4-5c00-7000-8000-00000000a001', '--school', '1', ...reason], 'Which runs?'],
    ['no reason', ['--school', '2902418'], "required option '--reason <text>' not specified"],
    ['corrections of many', ['--school', '2902418', '--input', 'x.json', ...reason], '--input corrects one run'],
    ['a dry run that is meant', ['--school', '2902418', '--dry-run', '--yes'], "cannot be used with option '-y, --yes'"],
    ['a time that is none', ['--failed-from', 'noon', '--dry-run'], 'failedFrom'],
  ])('takes %s for wrong usage', async (_, args, says) => {
    expect(await cli()('replay', ...args)).toMatchObject({ code: 2, err: expect.stringContaining(says) })
  })
})
