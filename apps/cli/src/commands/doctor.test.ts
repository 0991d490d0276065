// The doctor where half of everything is down. What it says of a whole fleet shows e2e/cli.test.ts.
import { createSecretKey, randomBytes } from 'node:crypto'
import { chmod } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { startTestApi, type TestApi } from '@rollcall/api/testing'
import { createDatabase } from '@rollcall/database'
import { createTestDatabase, type TestDatabase } from '@rollcall/database/testing'
import { createSealer, fingerprintOf, sealingKeysSetting } from '@rollcall/platform'
import { testRedis } from '@rollcall/platform/testing'
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import type { Finding } from '../doctor/finding.ts'
import { createTestCli, type TestCliOptions } from '../test-support/create-test-cli.ts'

const redis = testRedis()
const KEYS = `one:${randomBytes(32).toString('base64')}`
/** Nobody listens there. */
const NOWHERE = { redis: 'redis://127.0.0.1:9', api: 'http://127.0.0.1:9' }

let database: TestDatabase
let env: Record<string, string>
beforeEach(async () => {
  database = await createTestDatabase()
  env = {
    DATABASE_URL: database.url,
    REDIS_URL: redis.url,
    ROLLCALL_NAMESPACE: 'doctor',
    ROLLCALL_API_URL: NOWHERE.api,
    ROLLCALL_API_KEY: 'k',
    CREDENTIAL_KEYS: KEYS,
  }
})
afterEach(() => database.cleanup())

interface Examined {
  readonly code: number
  readonly of: (area: string) => string[]
}

async function examine(changes: Readonly<Record<string, string>> = {}, options: Partial<TestCliOptions> = {}): Promise<Examined> {
  const ran = await createTestCli({ env: { ...env, ...changes }, database: database.database, ...options })('doctor', '--json')
  const { findings } = ran.json() as { readonly findings: readonly Finding[] }
  const of = (area: string) => findings.filter((one) => one.area === area).map(({ level, says }) => `${level}: ${says}`)
  return { code: ran.code, of }
}

describe('rollcall doctor', () => {
  test('tells what is well although the API, the workers and Graph are away', async () => {
    const { code, of } = await examine()
    expect(code).toBe(1)
    expect(of('api')).toEqual([expect.stringMatching(/^wrong: The API at http:\/\/127\.0\.0\.1:9 does not answer/)])
    expect(of('database')).toEqual([
      'ok: The SQLite file answers.',
      'ok: Migrated to the newest.',
      expect.stringMatching(/^ok: This machine's clock is \d+ ms (behind|ahead of) the database's\.$/),
      'ok: No resource is closed.',
      'ok: No run is overdue.',
    ])
    expect(of('redis')).toContain('ok: Its maxmemory-policy is noeviction.')
    expect(of('workers')).toEqual(
      ['create', 'persist', 'poll', 'sync'].map((worker) => `wrong: No worker-${worker} lives.`).toSorted(inTableOrder),
    )
    expect(of('graph')).toEqual(['warning: GRAPH_* is not set here: our access to Microsoft Graph was not looked at.'])
    expect(of('credentials')).toEqual(['ok: Every key that sealed an initial password is there.'])
  })

  test('says in plain sentences what to do', async () => {
    const { out } = await createTestCli({ env: { ...env, REDIS_URL: NOWHERE.redis }, database: database.database })('doctor')
    expect(out).toContain(
      'wrong    redis        Redis does not answer.\n                      → Check REDIS_URL, the server and the network.',
    )
    expect(out.split('\n').at(-1)).toMatch(/^\d+ wrong, \d+ to be thought about, \d+ fine\.$/)
  })

  test('makes no database where there is none', async () => {
    const { of } = await examine({ DATABASE_URL: 'file:/nowhere/rollcall.db' })
    expect(of('database')).toEqual(['wrong: There is no database at /nowhere/rollcall.db.'])
  })

  test('tells of migrations that are pending', async () => {
    await database.database.prisma.$executeRawUnsafe(
      `DELETE FROM _prisma_migrations WHERE migration_name = (SELECT max(migration_name) FROM _prisma_migrations)`,
    )
    expect((await examine()).of('database')).toContainEqual(expect.stringMatching(/^wrong: Not migrated to the newest: \d+_\w+ pending\.$/))
  })

  test('tells of a clock that is off, of what is closed, and of the run that waits longest', async () => {
    const now = Date.now()
    const closure = {
      resource: 'graph',
      errorCode: 'DIRECTORY_FORBIDDEN',
      cause: '403 from Graph',
      closedAt: now,
      closedBy: 'worker-create',
    }
    const late = { now: () => Date.now() + 11_000 }
    expect((await examine({}, late)).of('database')).toContainEqual(expect.stringMatching(/^wrong: This machine's clock is 11 s ahead of/))
    await database.database.prisma.run.create({ data: overdueRun(now - 10 * 60_000) })
    expect((await examine()).of('database')).toContainEqual(
      expect.stringMatching(/^wrong: The run overdue-run \(account-create, RESERVE_USERNAME\) is overdue for 10 min\.$/),
    )
    await database.database.closures.close(closure, null)
    const { of } = await examine()
    expect(of('database')).toContainEqual(
      expect.stringMatching(/^wrong: graph is closed since .* by worker-create \(DIRECTORY_FORBIDDEN: 403 from Graph\)\.$/),
    )
    expect(of('database')).toContainEqual(expect.stringMatching(/^warning: The run overdue-run .* is overdue for 10 min\.$/))
  })

  test('tells of a sealing key that is needed and missing', async () => {
    const other = createSealer({ keys: sealingKeysSetting.parse(`lost:${randomBytes(32).toString('base64')}`) })
    const sealedPassword = other.seal({ plain: 'x', context: 'x' })
    await database.database.prisma.credential.create({ data: { personId: '1', kind: 'student', sealedPassword, createdAt: new Date() } })
    expect((await examine()).of('credentials')).toEqual([
      'wrong: 1 initial passwords are sealed with the key lost, which is not in CREDENTIAL_KEYS.',
    ])
  })

  test('tells whether the key of usernames is the one of the database, and records none itself', async () => {
    const bytes = randomBytes(32)
    const key = bytes.toString('base64')
    expect((await examine()).of('usernames')).toEqual([expect.stringMatching(/^warning: USERNAME_KEY is not set here/)])
    expect((await examine({ USERNAME_KEY: key })).of('usernames')).toEqual([expect.stringMatching(/^ok: No USERNAME_KEY is recorded yet/)])
    const { keyFingerprints } = database.database
    expect(await keyFingerprints.find('USERNAME_KEY')).toBeNull()
    const known = { setting: 'USERNAME_KEY', recordedAt: Date.UTC(2026, 0, 5), recordedBy: 'worker-persist' }
    await keyFingerprints.keep({ ...known, fingerprint: fingerprintOf(createSecretKey(bytes)) })
    expect((await examine({ USERNAME_KEY: key })).of('usernames')).toEqual([expect.stringMatching(/^ok: USERNAME_KEY is the one/)])
    const other = (await examine({ USERNAME_KEY: randomBytes(32).toString('base64') })).of('usernames')
    expect(other).toEqual([
      expect.stringMatching(/^wrong: USERNAME_KEY is not the one that this database has known since .*: worker-persist does not start\.$/),
    ])
  })

  test.each([
    ['on', async () => true, 'ok: READ_COMMITTED_SNAPSHOT is on.'],
    ['off', async () => false, 'warning: READ_COMMITTED_SNAPSHOT is off: reads wait for commits, and commits for reads.'],
    [
      'not to be told',
      () => Promise.reject(new Error('The catalogue is shut.')),
      'warning: Whether READ_COMMITTED_SNAPSHOT is on cannot be told: The catalogue is shut.',
    ],
  ])('says of a SQL Server whose READ_COMMITTED_SNAPSHOT is %s, that it is so', async (_, readCommittedSnapshot, says) => {
    const openDatabase = async () => ({ ...database.database, readCommittedSnapshot, close: async () => undefined })
    const { of } = await examine({}, { openDatabase })
    expect(of('database')).toContain(says)
    expect(of('database')).toContain('ok: No run is overdue.')
  })

  test('tells of a database that does not answer, quoting no password', async () => {
    const open = () => createDatabase({ url: 'sqlserver://127.0.0.1:9;database=x;user=sa;password={hidden-word};connectTimeout=1' })
    const { of } = await examine({ DATABASE_URL: 'sqlserver://127.0.0.1:9;database=x' }, { openDatabase: open })
    expect(of('database')).toEqual([expect.stringMatching(/^wrong: The database does not answer: /)])
    expect(of('database').join()).not.toContain('hidden-word')
  })

  test('tells of files that others can read', async () => {
    const file = database.url.slice('file:'.length)
    await chmod(file, 0o644)
    expect((await examine()).of('files')).toContain(`warning: ${file} can be read by others on this machine.`)
  })

  test('asks whether Graph lets us in', async () => {
    const graph = { GRAPH_DOMAIN: 'edu.example', GRAPH_TENANT_ID: 'edu.example', GRAPH_CLIENT_ID: '5ca1ab1e-0000-4000-8000-000000000001' }
    const changes = {
      ...graph,
      GRAPH_CLIENT_SECRET: 'hidden-word',
      GRAPH_AUTHORITY_HOST: 'https://localhost:9',
      GRAPH_BASE_URL: 'https://localhost:9',
    }
    const found = (await examine(changes)).of('graph')
    expect(found).toEqual([expect.stringMatching(/^wrong: https:\/\/localhost:9 cannot be reached .*check GRAPH_AUTHORITY_HOST/)])
  })
})

describe('the doctor, of the API', () => {
  let api: TestApi
  let url: string
  beforeEach(async () => {
    api = await startTestApi({ redisUrl: redis.url })
    url = await api.api.listen({ host: '127.0.0.1', port: 0 })
  })
  afterEach(() => api.close())

  test.each([
    ['a key that may look', () => api.keys.reader, 'ok: The API takes our key.'],
    ['a key that may not', () => api.keys.upstream, 'warning: Our key may not look at the fleet.'],
    ['no key of it', () => 'rk_o_nobody', 'wrong: The API does not take our key.'],
  ])('knows %s', async (_, key, says) => {
    const { of } = await examine({ ROLLCALL_API_URL: url, ROLLCALL_API_KEY: key() })
    expect(of('api')).toEqual([`ok: The API at ${url} is ready.`, says])
  })

  test('knows what is no API of ours', async () => {
    const server = createServer((_, answer) => answer.end('<html>'))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    const other = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    expect((await examine({ ROLLCALL_API_URL: other })).of('api')).toEqual([
      `wrong: What answers at ${other} is not the API of Rollcall (HTTP 200).`,
    ])
  })
})

function inTableOrder(a: string, b: string): number {
  const order = ['persist', 'create', 'poll', 'sync']
  const place = (line: string) => order.findIndex((worker) => line.includes(worker))
  return place(a) - place(b)
}

function overdueRun(dueAt: number) {
  const at = new Date(dueAt)
  return {
    uuid: 'overdue-run',
    groupUuid: 'g',
    process: 'account-create',
    type: 'CREATE_NEISPUO_STUDENT',
    state: 'RESERVE_USERNAME',
    status: 'new',
    version: 1,
    attempt: 0,
    dueAt: at,
    inputArgs: '{}',
    resultObject: '{}',
    liveKey: 'k',
    naturalKey: 'k',
    priority: 10,
    requestedBy: 'test',
    createdAt: at,
    updatedAt: at,
    stateSince: at,
  }
}
