// Initial passwords from their making to their end, and names that led to nothing, through the real interface and every real worker.
import { randomBytes } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { queuePrefix } from '@rollcall/engine'
import { createSealer, sealingKeysSetting } from '@rollcall/platform'
import { countSealedByKey, passwordContext, resealCredentials } from '@rollcall/provisioning'
import { Queue } from 'bullmq'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ApiAnswer } from './support/call-api.ts'
import { CLASSES, SCHOOL, student } from './support/people.ts'
import { startTestFleet, type TestFleet } from './support/start-test-fleet.ts'
import { waitUntil } from './support/wait-until.ts'

const NAMESPACE = 'rollcall'
const DOMAIN = 'edu.example'
const DAY_MS = 86_400_000
const reason = 'As agreed with the school.'
const first = `first:${randomBytes(32).toString('base64')}`
const second = `second:${randomBytes(32).toString('base64')}`

let fleet: TestFleet
/** Everything that was handed out: none of it may be found anywhere afterwards. */
const handedOut: string[] = []
beforeAll(async () => {
  fleet = await startTestFleet({ CREDENTIAL_KEYS: `${first},${second}` })
})
afterAll(() => fleet.end())

function teacher(personId: string, changes: object = {}) {
  const names = { firstName: 'Крум', middleName: 'Стоев', lastName: 'Образцов', birthDate: '1970-01-01' }
  return { personId, ...names, schoolId: SCHOOL, classIds: [CLASSES[0]], ...changes }
}

async function untilEnded(answer: ApiAnswer): Promise<Readonly<Record<string, unknown>>> {
  expect(answer.status).toBe(202)
  const path = `/azure-data-sync/${answer.body.uuid}`
  const ended = async () => ['completed', 'failed', 'cancelled'].includes(String((await fleet.reader.get(path)).body.status))
  await waitUntil(`${path} has ended`, ended)
  return (await fleet.reader.get(path)).body
}

function sysUserIdOf(run: Readonly<Record<string, unknown>>): string {
  const result = run.resultObject as { readonly USER_NEISPUO_PERSIST: { readonly sysUserId: string } }
  return result.USER_NEISPUO_PERSIST.sysUserId
}

/** @returns the id of the user */
async function createStudent(index: number): Promise<string> {
  const run = await untilEnded(await fleet.upstream.post('/student-create', student(index)))
  expect(run).toMatchObject({ status: 'completed', completion: 'full' })
  return sysUserIdOf(run)
}

async function collect(sysUserId: string, caller = fleet.upstream, body: object = {}): Promise<ApiAnswer> {
  const answer = await caller.post(`/accounts/${sysUserId}/credential`, body)
  if (answer.status === 200) handedOut.push(String(answer.body.initialPassword))
  return answer
}

describe('an initial password', () => {
  test('is handed out once, to one of many who ask at once, and opens the account that it was made for', async () => {
    const sysUserId = await createStudent(1)
    const { sealedPassword } = await fleet.database.prisma.credential.findFirstOrThrow({ where: { personId: student(1).personId } })
    const answers = await Promise.all(Array.from({ length: 20 }, () => collect(sysUserId)))
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, ...Array(19).fill(410)])

    const given = answers.find(({ status }) => status === 200)
    expect(given?.headers.get('cache-control')).toBe('no-store')
    const sealer = createSealer({ keys: sealingKeysSetting.parse(first) })
    const context = passwordContext({ ...student(1), kind: 'student' })
    expect(given?.body).toEqual({
      sysUserId,
      username: expect.stringMatching(/^[a-z]{2}\d{8}$/),
      initialPassword: sealer.open({ sealed: sealedPassword ?? '', context }),
    })
    const toAdmin = await collect(sysUserId, fleet.admin, { reason })
    expect(toAdmin).toMatchObject({ status: 410, body: { code: 'CREDENTIAL_GONE', detail: expect.stringContaining('handed out to') } })
  })

  test('is not for operators and readers', async () => {
    const sysUserId = await createStudent(2)
    for (const caller of [fleet.operator, fleet.reader]) expect((await collect(sysUserId, caller, { reason })).status).toBe(403)
  })

  test('is sealed under a new key and handed out all the same; the old key is then needed by none', async () => {
    const sysUserId = await createStudent(3)
    const { credentials } = fleet.database
    const sealer = createSealer({ keys: sealingKeysSetting.parse(`${second},${first}`) })
    expect((await countSealedByKey({ credentials, sealer })).get('first')).toBeGreaterThan(0)

    expect(await resealCredentials({ credentials, sealer })).toMatchObject({ unreadable: 0, changed: 0 })
    expect((await countSealedByKey({ credentials, sealer })).get('first')).toBe(0)
    expect((await collect(sysUserId)).status).toBe(200)
  })

  test('that nobody collects is erased after 30 days', async () => {
    const sysUserId = await createStudent(4)
    const { personId } = student(4)
    const { prisma } = fleet.database
    await prisma.credential.updateMany({ where: { personId }, data: { createdAt: new Date(Date.now() - 31 * DAY_MS) } })
    await fleet.app('worker-sync').kill()
    await fleet.restart('worker-sync')
    await waitUntil('it is erased', async () => (await prisma.credential.count({ where: { personId, erasedBecause: 'expired' } })) === 1)
    expect(await collect(sysUserId)).toMatchObject({
      status: 410,
      body: { detail: 'It was not collected in the time for which it is kept.' },
    })
  })

  test('of an account that existed before is not the one that we sealed: it is erased, and the run says so', async () => {
    const personId = 'T00000001'
    const userPrincipalName = `krum.obraztsov@${DOMAIN}`
    await fleet.simulatorLevers.post('/seed', { users: [{ userPrincipalName, marker: personId, primaryRole: 'teacher' }] })
    // The account is made now: a password that was sealed ten minutes later shows what one of today shows of an account of last year.
    const owner = { personId, kind: 'teacher' } as const
    const sealer = createSealer({ keys: sealingKeysSetting.parse(first) })
    const sealedPassword = sealer.seal({ plain: 'Never-given-2-anybody', context: passwordContext(owner) })
    await fleet.database.reservations.reserve({ ...owner, candidates: ['krum.obraztsov'], replacing: null, sealedPassword })
    await fleet.database.prisma.credential.updateMany({ where: owner, data: { createdAt: new Date(Date.now() + 600_000) } })

    const run = await untilEnded(await fleet.upstream.post('/teacher-create', teacher(personId)))
    expect(run).toMatchObject({ status: 'completed', resultObject: { USER_NEISPUO_PERSIST: { existedBefore: true } } })
    expect(await collect(sysUserIdOf(run))).toMatchObject({
      status: 410,
      body: { detail: 'The account existed before it was asked for here, and keeps its own password.' },
    })
  })
})

describe('a name that was reserved for nothing', () => {
  const { personId } = student(5)

  /** Somebody moves the clocks of ledger and queue: what waits two minutes for its next look, looks now. */
  async function hurry(uuid: string): Promise<void> {
    const name = 'release-reservation.WATCH_DIRECTORY'
    const queue = new Queue(name, { connection: new Redis(fleet.redisUrl), prefix: queuePrefix(NAMESPACE, name) })
    try {
      await waitUntil('the name is released', async () => {
        await fleet.database.prisma.run.updateMany({ where: { uuid, dueAt: { not: null } }, data: { dueAt: new Date() } })
        await queue.promoteJobs()
        return (await fleet.database.ledger.find(uuid))?.dueAt === null
      })
    } finally {
      await queue.close()
    }
  }

  test('is given up on order, so that the person can have an account of the other kind', async () => {
    const match = { method: 'POST', pathPattern: '/education/users', bodyContains: personId }
    await fleet.simulatorLevers.post('/faults', { match, fault: { kind: 'error', status: 400, code: 'Request_BadRequest' } })
    const failed = await untilEnded(await fleet.upstream.post('/student-create', student(5)))
    expect(failed).toMatchObject({ status: 'failed', errorCode: 'DIRECTORY_REFUSED_DATA' })
    await fleet.simulatorLevers.delete('/faults')
    expect(await untilEnded(await fleet.upstream.post('/teacher-create', teacher(personId)))).toMatchObject({
      status: 'failed',
      errorCode: 'OTHER_ACCOUNT_UNFINISHED',
    })

    const { body } = await fleet.reader.get('/accounts/unfinished')
    expect(body.accounts).toMatchObject([
      { personId, kind: 'student', lastRun: { uuid: failed.uuid, errorCode: 'DIRECTORY_REFUSED_DATA' } },
    ])
    const path = `/accounts/unfinished/${personId}/student/release`
    expect((await fleet.upstream.post(path, { reason })).status).toBe(403)
    const release = await fleet.operator.post(path, { reason })
    await hurry(String(release.body.uuid))
    expect(await untilEnded(release)).toMatchObject({ status: 'completed', resultObject: { WATCH_DIRECTORY: { looks: 5 } } })
    expect((await fleet.reader.get('/accounts/unfinished')).body.accounts).toEqual([])

    const run = await untilEnded(
      await fleet.upstream.post('/teacher-create', teacher(personId, { firstName: 'Неда', lastName: 'Пробева' })),
    )
    expect(run).toMatchObject({ status: 'completed', completion: 'full' })
    expect((await collect(sysUserIdOf(run))).body).toMatchObject({ username: 'neda.probeva' })
  })

  test('is not given up where the account stands after all; replaying its run finishes it', async () => {
    const other = 'T00000006'
    const hidden = { hide: `yavor.shterev@${DOMAIN}`, ms: 600_000 }
    await fleet.simulatorLevers.post('/lag', hidden)
    const asked = await fleet.upstream.post('/teacher-create', teacher(other, { firstName: 'Явор', lastName: 'Щерев' }))
    const path = `/azure-data-sync/${asked.body.uuid}`
    await waitUntil('the account is looked for', async () => (await fleet.reader.get(path)).body.state === 'POLL_USER_CREATE')
    await fleet.operator.post(`${path}/cancel`, { reason })
    expect(await untilEnded(asked)).toMatchObject({ status: 'cancelled' })
    await fleet.simulatorLevers.post('/lag', { ...hidden, ms: 0 })

    const release = await fleet.operator.post(`/accounts/unfinished/${other}/teacher/release`, { reason })
    expect(await untilEnded(release)).toMatchObject({ status: 'failed', errorCode: 'ACCOUNT_STANDS' })
    await fleet.operator.post(`${path}/replay`, { reason })
    await waitUntil('the account is finished', async () => (await fleet.reader.get(path)).body.status === 'completed')
    expect((await collect(sysUserIdOf((await fleet.reader.get(path)).body))).status).toBe(200)
  })
})

// Last, because only a fleet that has ended has written out everything.
test('what was handed out stands in no log, no history and no command that Redis ever got', async () => {
  const { prisma } = fleet.database
  const rows = [
    await prisma.runEvent.findMany(),
    await prisma.run.findMany(),
    await prisma.auditLog.findMany(),
    await prisma.credential.findMany(),
  ]
  expect(await fleet.stop()).toBe(true)
  const traces = [JSON.stringify(rows), await textOf(fleet.logFolder), await textOf(join(fleet.folder, 'redis', 'appendonlydir'))]
  expect(handedOut).toHaveLength(4)
  for (const trace of traces) {
    expect(trace.length).toBeGreaterThan(1_000)
    for (const password of handedOut) expect(trace.includes(password), 'a password stands in a trace').toBe(false)
  }
})

async function textOf(folder: string): Promise<string> {
  const files = await readdir(folder)
  return (await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')))).join('\n')
}
