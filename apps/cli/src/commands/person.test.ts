import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { testRedis } from '@rollcall/platform/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { RunCommand } from '../test-support/create-test-cli.ts'
import { type ServedApi, startServedApi } from '../test-support/start-served-api.ts'

const redis = testRedis()
const reason = ['--reason', 'Request 2026-17.']
// An invented person.
const personId = '0100231'
const PERSON = { personId, firstName: 'Елица', lastName: 'Примерова', birthDate: new Date('2015-02-28') }

let api: ServedApi
let folder: string
beforeEach(async () => {
  api = await startServedApi({ redisUrl: redis.url })
  folder = await mkdtemp(join(tmpdir(), 'rollcall-person-'))
  const at = new Date(api.clock.now())
  await api.database.prisma.person.create({ data: { ...PERSON, createdAt: at, updatedAt: at } })
})
afterEach(async () => {
  await api.close()
  await rm(folder, { recursive: true })
})

function cli({ role = 'admin', answers = [] }: { role?: 'admin' | 'operator' | 'reader'; answers?: readonly string[] } = {}): RunCommand {
  return api.cli({ as: role, answers })
}

const kept = () => api.database.prisma.person.count()
const audit = () => api.database.audit.list({ targetType: 'person', targetId: personId, limit: 10 })

describe('rollcall person export', () => {
  test('gives all that is kept, under audit', async () => {
    const { code, json } = await cli({ role: 'operator' })('person', 'export', personId, ...reason)
    expect(code).toBe(0)
    expect(json()).toMatchObject({ personId, person: { why: expect.any(String), data: { firstName: PERSON.firstName } } })
    expect(await audit()).toMatchObject([{ action: 'person.read', reason: 'Request 2026-17.', actor: 'operator of the tests' }])
  })

  test('writes a new file that its owner alone can read, and shows nothing then', async () => {
    const file = join(folder, 'export.json')
    const ran = await cli()('person', 'export', personId, '--out', file, ...reason)
    expect(ran).toMatchObject({ code: 0, out: '', err: `Written to ${file}.` })
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ personId })
    expect(await cli()('person', 'export', personId, '--out', file, ...reason)).toMatchObject({
      code: 2,
      err: expect.stringContaining('it must not exist yet'),
    })
  })

  test('says that nothing is kept of somebody, and refuses who may not read', async () => {
    expect(await cli()('person', 'export', '999', ...reason)).toMatchObject({ code: 1, err: expect.stringContaining('(PERSON_NOT_FOUND)') })
    expect((await cli({ role: 'reader' })('person', 'export', personId, ...reason)).code).toBe(3)
    expect((await cli()('person', 'export', personId)).code).toBe(2)
  })
})

describe('rollcall person erase', () => {
  test('asks for the id once more', async () => {
    expect(await cli()('person', 'erase', personId, ...reason)).toMatchObject({ code: 2, err: expect.stringContaining('add --yes') })
    expect((await cli({ answers: ['0100232'] })('person', 'erase', personId, ...reason)).err).toContain('nothing was erased')
    expect(await kept()).toBe(1)
    const { code, out } = await cli({ answers: [personId] })('person', 'erase', personId, ...reason)
    expect(out).toMatch(/^Erased: person 1\b/)
    expect(out).not.toMatch(/Елица|Примерова/)
    expect(code).toBe(0)
    expect(await kept()).toBe(0)
  })

  test('does it without asking where told so, and is for admins only', async () => {
    expect((await cli({ role: 'operator' })('person', 'erase', personId, '--yes', ...reason)).code).toBe(3)
    const { code, json } = await cli()('person', 'erase', personId, '--yes', '--json', ...reason)
    expect(code).toBe(0)
    expect(json()).toMatchObject({ personId, erased: { person: 1 } })
  })
})
