// SQL is put back to what it was a while ago, and the directory is not. Step by step as docs/operations.md tells the operator.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createDatabase, type Database } from '@rollcall/database'
import { createSealer, sealingKeysSetting } from '@rollcall/platform'
import { WORKERS } from '@rollcall/scripts/fleet'
import { Redis } from 'ioredis'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { audit, CLEAN } from '../support/audit.ts'
import { CLASSES, SCHOOL, students } from '../support/people.ts'
import { backUpSqlite, putBackSqlite } from '../support/restore-sqlite.ts'
import { startTestFleet, type TestFleet } from '../support/start-test-fleet.ts'
import { untilEnded } from '../support/until-ended.ts'
import { waitUntil } from '../support/wait-until.ts'

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
let restored: Database | null = null
beforeEach(async () => {
  // Slowly enough that a backup finds the load in the middle.
  fleet = await startTestFleet({ GRAPH_WRITES_PER_SECOND: '300', GRAPH_WRITES_BURST: '60' })
})
afterEach(async () => {
  await restored?.close()
  restored = null
  await fleet.end()
})

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
  const redis = new Redis(fleet.redisUrl)
  await redis.flushdb()
  redis.disconnect()
}

test('SQL comes back as it was in the middle of the load: everybody keeps his one account, and no password is handed out that is not the account’s', async () => {
  const backupFile = join(fleet.folder, 'backup.db')
  const before = [
    ...arrays(students(100), { path: '/student-create', key: 'before' }),
    ...arrays(students(25, 100), { path: '/student-create' }),
    ...arrays([namesake(1), namesake(2), namesake(3)], { path: '/teacher-create', key: 'teachers-before' }),
    { path: '/imports', body: fileOf(students(50, 200)), headers: { 'idempotency-key': 'first-roster' } },
  ]
  const since = [
    ...arrays(students(50, 300), { path: '/student-create', key: 'since' }),
    ...arrays(students(25, 400), { path: '/student-create' }),
    ...arrays([namesake(4), namesake(5), namesake(6)], { path: '/teacher-create', key: 'teachers-since' }),
    { path: '/imports', body: fileOf(students(50, 500)), headers: { 'idempotency-key': 'second-roster' } },
  ]
  const everybody = 100 + 25 + 3 + 50 + 50 + 25 + 3 + 50
  for (const request of before) await send(request)
  await waitUntil('some are done', async () => (await fleet.database.prisma.sysUser.count()) >= 25, { everyMs: 10 })
  await backUpSqlite(fleet.databaseUrl, backupFile)
  for (const request of since) await send(request)
  await untilEnded(fleet.database, { count: everybody })

  const accounts = await accountsInDirectory()
  const passwords = await passwordsOf(fleet.database)
  expect([accounts.size, passwords.size]).toEqual([everybody, everybody])

  await stopFleet()
  await putBackSqlite(fleet.databaseUrl, backupFile)
  await emptyRedis()
  restored = await createDatabase({ url: fleet.databaseUrl })
  const usersInBackup = await restored.prisma.sysUser.count()
  const sealedInBackup = await restored.prisma.credential.count()
  const runsInBackup = await restored.prisma.run.findMany({ where: { process: 'account-create' }, select: { uuid: true } })
  expect(usersInBackup).toBeLessThan(sealedInBackup)
  expect(sealedInBackup).toBeLessThan(everybody)

  await Promise.all(APPS.map((app) => fleet.restart(app)))
  const accepted = (await Promise.all([...before, ...since].map(send))).flat()
  await waitUntil('everybody has a user again', async () => (await restored?.prisma.sysUser.count()) === everybody, { withinMs: 120_000 })
  await untilEnded(restored, { count: everybody })

  expect(
    await audit({
      accepted: [...accepted, ...runsInBackup.map(({ uuid }) => uuid)],
      database: restored,
      simulator: fleet.simulatorLevers,
      redis: fleet.redisUrl,
    }),
  ).toEqual(CLEAN)
  expect(await accountsInDirectory()).toEqual(accounts)
  const handedOut = await passwordsOf(restored)
  expect([...handedOut].filter(([personId, password]) => passwords.get(personId) !== password)).toEqual([])
  // Those whose password was in the backup keep it; everybody else's account is said to have one of its own.
  expect(handedOut.size).toBe(sealedInBackup)
  expect(await restored.prisma.credential.count({ where: { erasedBecause: 'notOurs' } })).toBe(everybody - sealedInBackup)
  expect(await restored.prisma.run.count({ where: { resultObject: { contains: '"existedBefore":true' } } })).toBe(
    everybody - sealedInBackup,
  )
})
