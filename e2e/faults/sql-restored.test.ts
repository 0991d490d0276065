// SQL is put back to what it was a while ago, and the directory is not. Step by step as docs/operations.md tells the operator.
import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { Database } from '@rollcall/database'
import { createSealer, sealingKeysSetting } from '@rollcall/platform'
import { REPOSITORY, WORKERS } from '@rollcall/scripts/fleet'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { audit, CLEAN } from '../support/audit.ts'
import { CLASSES, SCHOOL, students } from '../support/people.ts'
import { backUpSqlite, putBackSqlite } from '../support/restore-sqlite.ts'
import { startTestFleet, type TestFleet } from '../support/start-test-fleet.ts'
import { untilEnded } from '../support/until-ended.ts'
import { waitUntil } from '../support/wait-until.ts'
import { withRedis } from '../support/with-redis.ts'

const PER_POST = 25
const APPS = ['api', ...WORKERS] as const
/** The directory shows what it has. */
interface DirectoryState {
  readonly users: readonly {
    readonly id: string
    readonly userPrincipalName: string
    readonly markers: { readonly student?: string; readonly teacher?: string }
  }[]
}
interface Sent {
  readonly path: string
  readonly body: unknown
  readonly headers?: Readonly<Record<string, string>>
}

let fleet: TestFleet
beforeEach(async () => {
  // Slowly enough that a backup finds the load in the middle.
  fleet = await startTestFleet({ GRAPH_WRITES_PER_SECOND: '300', GRAPH_WRITES_BURST: '60' })
})
afterEach(() => fleet.end())

/** Teachers of one name: who gets which is settled by who comes first. */
function namesake(index: number) {
  return {
    personId: `T${index}`,
    firstName: 'Мария',
    lastName: 'Образцова',
    birthDate: '1980-01-01',
    schoolId: SCHOOL,
    classIds: [CLASSES[0]],
  }
}

function fileOf(people: ReturnType<typeof students>): string {
  const rows = people.map(({ personId, firstName, lastName, birthDate }) =>
    ['student', personId, firstName, lastName, birthDate, SCHOOL, '5', CLASSES.join(' ')].join(';'),
  )
  return ['role;personId;firstName;lastName;birthDate;schoolId;grade;classIds', ...rows].join('\r\n')
}

/** @param key without it each request is known by its persons alone */
function arrays(people: readonly object[], { path, key }: { readonly path: string; readonly key?: string }): Sent[] {
  return Array.from({ length: Math.ceil(people.length / PER_POST) }, (_none, index) => ({
    path,
    body: people.slice(index * PER_POST, (index + 1) * PER_POST),
    ...(key !== undefined && { headers: { 'idempotency-key': `${key}-${index}` } }),
  }))
}

/** Answers the runs of those who have no user yet. */
async function send({ path, body, headers = {} }: Sent): Promise<string[]> {
  if (typeof body === 'string') {
    const answer = await fleet.upstream.send(path, { method: 'POST', body, headers: { 'content-type': 'text/csv', ...headers } })
    expect(answer.status).toBe(202)
    return []
  }
  const answer = await fleet.upstream.post(path, body, headers)
  const results = answer.body.results as readonly {
    readonly status: number
    readonly uuid?: string
    readonly problem?: { readonly code: string }
  }[]
  const refused = results.filter(({ uuid }) => uuid === undefined)
  // Whoever was done when the backup was made has his account, and is told so.
  expect(refused.filter(({ problem }) => problem?.code !== 'ACCOUNT_EXISTS')).toEqual([])
  return results.flatMap(({ uuid }) => (uuid === undefined ? [] : [uuid]))
}

async function accountsInDirectory(): Promise<Map<string, string>> {
  const { users } = await fleet.simulatorLevers.get<DirectoryState>('/state')
  return new Map(users.map((user) => [user.markers.student ?? user.markers.teacher ?? '', user.userPrincipalName]))
}

/** Initial passwords by person, as whoever collects them would get them. */
async function passwordsOf({ prisma }: Database): Promise<Map<string, string>> {
  const sealer = createSealer({ keys: sealingKeysSetting.parse(await readFile(join(fleet.folder, 'credential.key'), 'utf8')) })
  const kept = await prisma.credential.findMany({ where: { sealedPassword: { not: null } } })
  return new Map(
    kept.map(({ personId, kind, sealedPassword }) => [
      personId,
      sealer.open({ sealed: sealedPassword ?? '', context: `initial-password:${kind}:${personId}` }),
    ]),
  )
}

async function stopFleet(): Promise<void> {
  await fleet.app('api').stop()
  await Promise.all(WORKERS.map((worker) => fleet.app(worker).stop()))
}

async function emptyRedis(): Promise<void> {
  await withRedis(fleet, (redis) => redis.flushdb())
}

test('SQL comes back as it was in the middle of the load: everybody keeps his one account, and no password is handed out that is not the account’s', async () => {
  const backupFile = join(fleet.folder, 'backup.db')
  const before = [
    ...arrays(students(75), { path: '/student-create', key: 'before' }),
    ...arrays(students(25, 100), { path: '/student-create' }),
    ...arrays([namesake(1), namesake(2), namesake(3)], { path: '/teacher-create', key: 'teachers-before' }),
    { path: '/imports', body: fileOf(students(25, 200)), headers: { 'idempotency-key': 'first-roster' } },
  ]
  const since = [
    ...arrays(students(25, 300), { path: '/student-create', key: 'since' }),
    ...arrays(students(25, 400), { path: '/student-create' }),
    ...arrays([namesake(4), namesake(5), namesake(6)], { path: '/teacher-create', key: 'teachers-since' }),
    { path: '/imports', body: fileOf(students(25, 500)), headers: { 'idempotency-key': 'second-roster' } },
  ]
  const everybody = 75 + 25 + 3 + 25 + 25 + 25 + 3 + 25
  for (const request of before) await send(request)
  await waitUntil('some are done', async () => (await fleet.database.prisma.sysUser.count()) >= 20, { everyMs: 10 })
  await backUpSqlite(fleet.databaseUrl, backupFile)
  for (const request of since) await send(request)
  await untilEnded(fleet.database, { count: everybody })

  const accounts = await accountsInDirectory()
  const passwords = await passwordsOf(fleet.database)
  expect([accounts.size, passwords.size]).toEqual([everybody, everybody])

  await stopFleet()
  await fleet.withoutDatabase(() => putBackSqlite(fleet.databaseUrl, backupFile))
  await emptyRedis()
  const usersInBackup = await fleet.database.prisma.sysUser.count()
  const sealedInBackup = await fleet.database.prisma.credential.count()
  const runsInBackup = await fleet.database.prisma.run.findMany({ where: { process: 'account-create' }, select: { uuid: true } })
  expect(usersInBackup).toBeLessThan(sealedInBackup)
  expect(sealedInBackup).toBeLessThan(everybody)

  await Promise.all(APPS.map((app) => fleet.restart(app)))
  const accepted = (await Promise.all([...before, ...since].map(send))).flat()
  await waitUntil('everybody has a user again', async () => (await fleet.database.prisma.sysUser.count()) === everybody, {
    withinMs: 120_000,
  })
  await untilEnded(fleet.database, { count: everybody })

  expect(
    await audit({
      accepted: [...accepted, ...runsInBackup.map(({ uuid }) => uuid)],
      database: fleet.database,
      simulator: fleet.simulatorLevers,
      redis: fleet.redisUrl,
    }),
  ).toEqual(CLEAN)
  expect(await accountsInDirectory()).toEqual(accounts)
  const handedOut = await passwordsOf(fleet.database)
  expect([...handedOut].filter(([personId, password]) => passwords.get(personId) !== password)).toEqual([])
  // Those whose password was in the backup keep it; everybody else's account is said to have one of its own.
  expect(handedOut.size).toBe(sealedInBackup)
  expect(await fleet.database.prisma.credential.count({ where: { erasedBecause: 'notOurs' } })).toBe(everybody - sealedInBackup)
  expect(await fleet.database.prisma.run.count({ where: { resultObject: { contains: '"existedBefore":true' } } })).toBe(
    everybody - sealedInBackup,
  )
})

test('the operator takes back, before the start, names that would not come again', async () => {
  const backupFile = join(fleet.folder, 'backup.db')
  await backUpSqlite(fleet.databaseUrl, backupFile)
  const people = students(PER_POST)
  for (const request of arrays(people, { path: '/student-create' })) await send(request)
  await untilEnded(fleet.database, { count: people.length })
  const accounts = await accountsInDirectory()
  await stopFleet()
  await fleet.withoutDatabase(() => putBackSqlite(fleet.databaseUrl, backupFile))
  await emptyRedis()

  expect(await strangers()).toMatchObject({ code: 1, states: people.map(() => 'unknown') })
  const reason = 'SQL was restored to before the roster.'
  expect(await strangers('--take-back', '--reason', reason)).toMatchObject({ code: 0, states: people.map(() => 'takenBack') })
  expect(await strangers()).toMatchObject({ code: 0, states: [] })

  await Promise.all(APPS.map((app) => fleet.restart(app)))
  // Meanwhile the register has other names for them, from which other usernames follow.
  const corrected = people.map((person) => ({ ...person, firstName: 'Яна', middleName: 'Юрукова' }))
  const accepted = (await Promise.all(arrays(corrected, { path: '/student-create' }).map(send))).flat()
  await untilEnded(fleet.database, { count: people.length })

  expect(await audit({ accepted, database: fleet.database, simulator: fleet.simulatorLevers, redis: fleet.redisUrl })).toEqual(CLEAN)
  expect(await accountsInDirectory()).toEqual(accounts)
  expect(await fleet.database.prisma.credential.count({ where: { erasedBecause: 'notOurs' } })).toBe(people.length)
  expect(await fleet.database.prisma.run.count({ where: { resultObject: { contains: '"existedBefore":true' } } })).toBe(people.length)
  expect(await fleet.database.prisma.auditLog.count({ where: { action: 'username.takeBack', reason } })).toBe(people.length)
})

/** The command, where worker-create runs. */
async function strangers(...args: readonly string[]): Promise<{ readonly code: number | null; readonly states: readonly string[] }> {
  const env = { PATH: process.env.PATH, HOME: fleet.folder, ...fleet.settingsOf('worker-create') }
  const main = join(REPOSITORY, 'apps', 'cli', 'src', 'main.ts')
  const child = spawn(process.execPath, [main, 'directory', 'strangers', '--json', ...args], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  const closed = new Promise<number | null>((resolve) => child.once('close', resolve))
  const { accounts } = JSON.parse(await text(child.stdout)) as { readonly accounts: readonly { readonly state: string }[] }
  return { code: await closed, states: accounts.map(({ state }) => state) }
}
