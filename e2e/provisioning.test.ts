// One pupil, one teacher, through every real interface: HTTP, queues, SQL, TLS, the official Graph client.
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createSealer, sealingKeysSetting } from '@rollcall/platform'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { audit, CLEAN } from './support/audit.ts'
import { CLASSES, SCHOOL, student } from './support/people.ts'
import { startTestFleet, type TestFleet } from './support/start-test-fleet.ts'
import { waitUntil } from './support/wait-until.ts'

let fleet: TestFleet
beforeAll(async () => {
  fleet = await startTestFleet()
})
afterAll(() => fleet.end())

const teacher = {
  personId: 'T00000001',
  firstName: 'Мария',
  middleName: 'Петрова',
  lastName: 'Образцова',
  birthDate: '1970-01-01',
  schoolId: SCHOOL,
  classIds: [CLASSES[0]],
  positions: ['Teacher of mathematics'],
}

async function untilCompleted(uuid: string): Promise<Readonly<Record<string, unknown>>> {
  const path = `/azure-data-sync/${uuid}`
  await waitUntil(`run ${uuid} is completed`, async () => (await fleet.reader.get(path)).body.status === 'completed')
  return (await fleet.reader.get(path)).body
}

describe('a request for an account', () => {
  test('is answered 202 and ends as an enrolled account, a user and a history of every operation', async () => {
    const { status, headers, body } = await fleet.upstream.post('/student-create', student(1))
    expect(status).toBe(202)
    expect(body).toMatchObject({ uuid: expect.any(String), groupUuid: expect.any(String), state: 'RESERVE_USERNAME', status: 'new' })
    expect(headers.get('location')).toBe(`/azure-data-sync/${body.uuid}`)

    const run = await untilCompleted(String(body.uuid))
    expect(run).toMatchObject({ state: 'COMPLETED', completion: 'full', type: 'CREATE_NEISPUO_STUDENT', lastOperationStatus: 'success' })
    const history = run.objectHistory as readonly { operationType: string; status: string }[]
    expect(history.filter((event) => event.status === 'success').map((event) => event.operationType)).toEqual([
      'RESERVED_USERNAME',
      'SUBMITTED_AZURE_USER_CREATE_REQUEST',
      'POLLED_AZURE_USER_CREATE',
      'SUBMITTED_AZURE_ENROLLMENT_REQUEST',
      'PERSISTED_USER_TO_NEISPUO',
    ])
    expect(await fleet.reader.get(`/groups/${body.groupUuid}`)).toMatchObject({ status: 200, body: { total: 1 } })
  })

  test('makes a teacher a user with role 5 at the school', async () => {
    const { body } = await fleet.upstream.post('/teacher-create', teacher)
    await untilCompleted(String(body.uuid))
    const user = await fleet.database.prisma.sysUser.findFirst({
      where: { personId: teacher.personId },
      include: { roles: true, person: true },
    })
    expect(user).toMatchObject({
      username: 'maria.obraztsova',
      enrollmentStatus: 'ENROLLED',
      roles: [{ sysRoleId: 5, institutionId: SCHOOL }],
      person: { publicEduNumber: 'maria.obraztsova' },
    })
  })

  test('is refused for a person who has an account, naming it', async () => {
    await waitUntil('the first student is done', async () => (await fleet.database.prisma.sysUser.count()) >= 2)
    const { status, body } = await fleet.upstream.post('/student-create', student(1))
    expect(status).toBe(409)
    expect(body).toMatchObject({ code: 'ACCOUNT_EXISTS' })
  })

  test('leaves one story in ledger, users and directory', async () => {
    const runs = await fleet.database.prisma.run.findMany({ where: { process: 'account-create' } })
    const accepted = runs.map((run) => run.uuid)
    expect(await audit({ accepted, database: fleet.database, simulator: fleet.simulatorLevers, redis: fleet.redisUrl })).toEqual(CLEAN)
  })
})

describe('the fleet', () => {
  test('is ready, and says so', async () => {
    expect((await fetch(`${fleet.apiUrl}/health/live`)).status).toBe(200)
    expect((await fetch(`${fleet.apiUrl}/health/ready`)).status).toBe(200)
    expect((await fetch(`${fleet.apiUrl}/docs`)).status).toBe(200)
  })

  test('ends cleanly when it is told to', async () => {
    expect(await fleet.stop()).toBe(true)
  })
})

// Last, because only a Redis that has ended has written out everything it was ever told.
describe('personal data and secrets', () => {
  // Whole dates: four digits and a dash may stand in any uuid.
  const people = ['Гергана', 'Образцова', student(1).birthDate, teacher.birthDate, teacher.personId, student(1).personId]
  /** As the keys of this fleet begin: shorter, and any random name in base64 might hold it. */
  const keys = ['rk_u_', 'rk_o_', 'rk_r_', 'rk_a_']

  test('stand in no log of any process', async () => {
    const logs = await textOf(fleet.logFolder)
    expect(logs.length).toBeGreaterThan(1_000)
    for (const secret of [...people, ...keys, 'Bearer', ...(await initialPasswords())]) expect(logs, secret).not.toContain(secret)
  })

  test('were in no command that Redis ever got', async () => {
    const commands = await textOf(join(fleet.folder, 'redis', 'appendonlydir'))
    expect(commands).toContain('RESERVE_USERNAME')
    // The natural key of a subject never leaves the ledger either.
    for (const secret of [...people, ...keys, ...(await initialPasswords())]) expect(commands, secret).not.toContain(secret)
  })

  test('leave the password out of history and results, which name no person', async () => {
    const { prisma } = fleet.database
    const kept = JSON.stringify([
      await prisma.runEvent.findMany(),
      await prisma.run.findMany({ select: { resultObject: true, errorMessage: true } }),
    ])
    expect(kept).toContain('maria.obraztsova')
    for (const secret of [...people, ...(await initialPasswords())]) expect(kept, secret).not.toContain(secret)
  })

  /** As worker-create opens them. */
  async function initialPasswords(): Promise<string[]> {
    const sealer = createSealer({ keys: sealingKeysSetting.parse(await readFile(join(fleet.folder, 'credential.key'), 'utf8')) })
    const credentials = await fleet.database.prisma.credential.findMany()
    expect(credentials).toHaveLength(2)
    return credentials.map(({ personId, kind, sealedPassword }) =>
      sealer.open({ sealed: sealedPassword ?? '', context: `initial-password:${kind}:${personId}` }),
    )
  }

  async function textOf(folder: string): Promise<string> {
    const files = await readdir(folder)
    return (await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')))).join('\n')
  }
})
