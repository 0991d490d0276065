import { inspect } from 'node:util'
import { RetryAfterError, SystemicError, TerminalError, TransientError } from '@rollcall/engine'
import { accountToCreate, directoryCall, rejectionOf } from '@rollcall/provisioning/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { closedPort } from './testing/closed-port.ts'
import { type GraphUnderTest, startGraph } from './testing/start-graph.ts'

const SKU = '94763226-9b3c-4e75-a931-5c89701abe66'
const CREATE = { method: 'POST', pathPattern: '/education/users' } as const
const call = directoryCall()
const student = accountToCreate('student')
const school = { kind: 'school', schoolId: 'S-1' } as const
const ownClass = { kind: 'class', classId: 'C-1', role: 'student' } as const

let graph: GraphUnderTest
beforeAll(async () => {
  graph = await startGraph()
})
afterAll(() => graph.simulator.close())
beforeEach(() => {
  graph.simulator.reset()
  graph.simulator.setLag({ minMs: 0, maxMs: 0 })
  graph.simulator.seed({ schools: [{ externalId: 'S-1' }], classes: [{ externalId: 'C-1', schoolExternalId: 'S-1' }] })
  graph.sent.length = 0
})

async function createStudent(directory = graph.directory(), account = student): Promise<string> {
  const answer = await directory.createAccount(account, call)
  if (answer.kind !== 'created') throw new Error(`Expected a created account, got ${answer.kind}.`)
  return answer.azureId
}

function callsTo(route: string): number {
  return graph.simulator.counters().byRoute[route] ?? 0
}

describe('creating an account', () => {
  test('is one write, with everything that a licence will ask for', async () => {
    await createStudent()
    expect(graph.sent.map(({ method, path }) => `${method} ${path}`)).toEqual(['POST /education/users'])
    expect(graph.sent[0]?.body).toEqual({
      accountEnabled: true,
      displayName: 'Mira Lind',
      givenName: 'Mira',
      surname: 'Lind',
      mailNickname: student.username,
      userPrincipalName: graph.upn(student.username),
      passwordProfile: { password: student.initialPassword, forceChangePasswordNextSignIn: true },
      usageLocation: 'BG',
      primaryRole: 'student',
      student: { externalId: student.personId, grade: '7' },
    })
  })

  test("sends the run's uuid as client-request-id", async () => {
    await createStudent()
    expect(graph.sent[0]?.headers.get('client-request-id')).toBe(call.runUuid)
  })

  test('cuts names that Entra would refuse for their length', async () => {
    const long = { ...student, firstName: 'Ä'.repeat(100), middleName: 'Б'.repeat(100), lastName: `${'a'.repeat(63)}😀`.padEnd(100, 'z') }
    await createStudent(graph.directory(), long)
    expect(graph.sent[0]?.body).toMatchObject({ givenName: 'Ä'.repeat(64), middleName: 'Б'.repeat(64), surname: 'a'.repeat(63) })
  })

  test.each([
    ['commitThen', { kind: 'commitThen', status: 504 }],
    ['commitThen 503', { kind: 'commitThen', status: 503 }],
    ['commitThenReset', { kind: 'commitThenReset' }],
  ] as const)('is unknown after %s, and was carried out exactly once', async (_, fault) => {
    graph.simulator.addFault({ match: CREATE, fault, times: 1 })
    expect(await graph.directory().createAccount(student, call)).toMatchObject({ kind: 'unknown' })
    const counters = graph.simulator.counters()
    expect(counters.creates[graph.upn(student.username)]).toEqual({ attempts: 1, committed: 1 })
    expect(counters.retryAttempts).toBe(0)
  })

  test('is unknown after a connection that broke before anything was done', async () => {
    graph.simulator.addFault({ match: CREATE, fault: { kind: 'reset' }, times: 1 })
    const answer = await graph.directory().createAccount(student, call)
    expect(answer).toMatchObject({ kind: 'unknown', reason: expect.stringContaining('POST /education/users') })
    expect(graph.simulator.state().totals.users).toBe(0)
  })

  test('is unknown when no answer comes in time', async () => {
    const directory = graph.directory({ GRAPH_REQUEST_TIMEOUT_MS: '1000' })
    await directory.findAccount({ username: 'warm-up', pollingUuid: null }, call)
    graph.simulator.addFault({ match: CREATE, fault: { kind: 'slow', ms: 60_000 }, times: 1 })
    expect(await directory.createAccount(student, call)).toMatchInlineSnapshot(`
      {
        "kind": "unknown",
        "reason": "No answer within 1 s (POST /education/users).",
      }
    `)
    graph.clock.advance(60_000)
  })

  test('fails, and is not unknown, where nobody can have seen it', async () => {
    const refusal = await rejectionOf(
      graph.directory({ GRAPH_BASE_URL: `https://localhost:${await closedPort()}` }).createAccount(student, call),
    )
    expect(refusal).toBeInstanceOf(TransientError)
    expect(String(refusal)).toMatchInlineSnapshot(
      `"TransientError: The directory did not answer, or answered with a server error. The connection failed with ECONNREFUSED (POST /education/users)."`,
    )
  })

  test.each([
    ['a password against the rules', { initialPassword: 'weak' }],
    ['a username that Entra does not take', { username: 'mira lind' }],
  ])('is refused for good for %s, and the error names nobody', async (_, wrong) => {
    const account = { ...student, ...wrong }
    const refusal = await rejectionOf(graph.directory().createAccount(account, call))
    expect(refusal).toBeInstanceOf(TerminalError)
    expect(refusal).toMatchObject({ errorCode: { code: 'DIRECTORY_REFUSED_DATA' } })
    for (const secret of [account.initialPassword, account.username, account.firstName, account.personId]) {
      expect(inspect(refusal, { depth: 10, showHidden: true })).not.toContain(secret)
    }
  })

  test('is refused for good in a domain that the tenant has not verified', async () => {
    const refusal = await rejectionOf(graph.directory({ GRAPH_DOMAIN: 'elsewhere.example' }).createAccount(student, call))
    expect(refusal).toMatchObject({ errorCode: { code: 'DIRECTORY_REFUSED_DATA' } })
  })

  test('stops the line when the tenant is full', async () => {
    graph.simulator.addFault({ match: CREATE, fault: { kind: 'quotaExceeded' } })
    const refusal = await rejectionOf(graph.directory().createAccount(student, call))
    expect(refusal).toBeInstanceOf(SystemicError)
    expect(refusal).toMatchObject({ errorCode: { code: 'DIRECTORY_TENANT_QUOTA' } })
  })

  test('stops the line when our application may not', async () => {
    graph.simulator.addFault({ match: CREATE, fault: { kind: 'forbidden' } })
    const refusal = await rejectionOf(graph.directory().createAccount(student, call))
    expect(refusal).toBeInstanceOf(SystemicError)
    expect(refusal).toMatchObject({ errorCode: { code: 'DIRECTORY_FORBIDDEN' } })
  })

  test('tries again later when the tenant is busy with others', async () => {
    graph.simulator.addFault({ match: CREATE, fault: { kind: 'concurrencyViolation' }, times: 1 })
    const refusal = await rejectionOf(graph.directory().createAccount(student, call))
    expect(refusal).toBeInstanceOf(TransientError)
    expect(refusal).toMatchObject({ errorCode: { code: 'DIRECTORY_BUSY' } })
  })

  test('tries again later after an answer that nobody has seen before', async () => {
    graph.simulator.addFault({ match: CREATE, fault: { kind: 'error', status: 418, code: 'Teapot', message: 'Mira' }, times: 1 })
    const refusal = await rejectionOf(graph.directory().createAccount(student, call))
    expect(refusal).toBeInstanceOf(TransientError)
    expect(String(refusal)).toMatch(/Graph answered 418 Teapot \(POST \/education\/users, request-id [\w-]+\)\.$/)
  })

  test("ends with the signal's reason when it is stopped on the way", async () => {
    const directory = graph.directory()
    await directory.findAccount({ username: 'warm-up', pollingUuid: null }, call)
    const stop = new AbortController()
    const reason = new Error('The lock of this job is lost.')
    graph.simulator.addFault({ match: CREATE, fault: { kind: 'slow', ms: 60_000 }, times: 1 })
    const pending = rejectionOf(directory.createAccount(student, directoryCall(stop.signal)))
    await expect.poll(() => graph.simulator.counters().byFault.slow).toBe(1)
    stop.abort(reason)
    expect(await pending).toBe(reason)
    graph.clock.advance(60_000)
  })
})

describe('finding an account', () => {
  test('takes a username with an apostrophe and a hash as it is', async () => {
    const odd = { ...accountToCreate('teacher'), username: "o'neil#1" }
    const directory = graph.directory()
    await directory.createAccount(odd, call)
    expect(await directory.findAccount({ username: odd.username, pollingUuid: null }, call)).toMatchObject({ username: odd.username })
  })

  test('finds nothing while the second replica does not know the account that the first one showed', async () => {
    const directory = graph.directory()
    await createStudent(directory)
    graph.simulator.addFault({
      match: { method: 'GET', pathPattern: '/education/users/*' },
      fault: { kind: 'error', status: 404, code: 'Request_ResourceNotFound' },
      times: 1,
    })
    const look = () => directory.findAccount({ username: student.username, pollingUuid: null }, call)
    expect(await look()).toBeNull()
    expect(await look()).toMatchObject({ marker: student.personId })
  })

  test.each([
    ['a server error', { kind: 'error', status: 502, code: 'UnknownError' }, TransientError],
    ['a broken connection', { kind: 'reset' }, TransientError],
    ['a throttled read', { kind: 'throttle429', retryAfterSeconds: 3 }, RetryAfterError],
  ] as const)('fails after %s, since it knows nothing then', async (_, fault, kind) => {
    const directory = graph.directory()
    graph.simulator.addFault({ match: { method: 'GET' }, fault, times: 1 })
    expect(await rejectionOf(directory.findAccount({ username: student.username, pollingUuid: null }, call))).toBeInstanceOf(kind)
  })
})

describe('the token', () => {
  test('is fetched once for calls that come together and kept for later ones', async () => {
    const directory = graph.directory()
    const look = () => directory.findAccount({ username: student.username, pollingUuid: null }, call)
    await Promise.all([look(), look(), look()])
    await look()
    expect(graph.simulator.counters().tokensIssued).toBe(1)
  })

  test('is fetched anew once when Graph refuses it, and the create goes out again', async () => {
    const directory = graph.directory()
    await directory.findAccount({ username: student.username, pollingUuid: null }, call)
    graph.simulator.expireTokens()
    await Promise.all([createStudent(directory), directory.findAccount({ username: 'nobody', pollingUuid: null }, call)])
    expect(graph.simulator.counters().tokensIssued).toBe(2)
    expect(graph.simulator.counters().creates[graph.upn(student.username)]?.committed).toBe(1)
  })

  test('stops the line when the new one is refused too', async () => {
    graph.simulator.addFault({ match: CREATE, fault: { kind: 'expireTokens' } })
    const refusal = await rejectionOf(graph.directory().createAccount(student, call))
    expect(refusal).toBeInstanceOf(SystemicError)
    expect(refusal).toMatchObject({ errorCode: { code: 'DIRECTORY_UNAUTHENTICATED' } })
    expect(graph.sent).toHaveLength(2)
  })

  test('that is refused stops the line, and the error holds no secret', async () => {
    const directory = graph.directory({ GRAPH_CLIENT_SECRET: 'a-wrong-secret' })
    const refusal = await rejectionOf(directory.createAccount(student, call))
    expect(refusal).toBeInstanceOf(SystemicError)
    expect(String(refusal)).toMatchInlineSnapshot(
      `"SystemicError: The directory does not accept our credentials. We got no token (AADSTS7000215)."`,
    )
    expect(inspect(refusal, { depth: 10, showHidden: true })).not.toContain('a-wrong-secret')
  })

  test('that cannot be fetched for a dead line is tried again later, and nothing was sent to Graph', async () => {
    const directory = graph.directory()
    await graph.simulator.stop()
    try {
      const refusal = await rejectionOf(directory.createAccount(student, call))
      expect(refusal).toMatchObject({ errorCode: { code: 'DIRECTORY_UNAVAILABLE' } })
      expect(graph.sent).toEqual([])
    } finally {
      await graph.simulator.start()
    }
  })
})

describe('placing an account', () => {
  test('looks a class up once for a whole form that is enrolled at the same time', async () => {
    const directory = graph.directory()
    const ids = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        createStudent(directory, { ...student, username: `ab1000000${index}`, personId: `P-${index}` }),
      ),
    )
    await Promise.all(ids.map((azureId) => directory.place({ azureId, placement: ownClass }, call)))
    expect(callsTo('GET /education/classes')).toBe(1)
    expect(callsTo('POST /education/classes/{id}/members/$ref')).toBe(10)
  })

  test('escapes the quotes in an id of the register', async () => {
    graph.simulator.seed({ schools: [{ externalId: "S'2" }] })
    const directory = graph.directory()
    const azureId = await createStudent(directory)
    expect(await directory.place({ azureId, placement: { kind: 'school', schoolId: "S'2" } }, call)).toBe('placed')
  })

  test('remembers for half a minute that a school is missing, and then looks again', async () => {
    const directory = graph.directory()
    const azureId = await createStudent(directory)
    const place = () => directory.place({ azureId, placement: { kind: 'school', schoolId: 'S-new' } }, call)
    await rejectionOf(place())
    graph.simulator.seed({ schools: [{ externalId: 'S-new' }] })
    expect(await rejectionOf(place())).toMatchObject({ errorCode: { code: 'SCHOOL_NOT_IN_DIRECTORY' } })
    expect(callsTo('GET /education/schools')).toBe(1)
    graph.clock.advance(30_000)
    expect(await place()).toBe('placed')
  })

  test('gives up where two classes have the same id of the register', async () => {
    graph.simulator.seed({ classes: [{ externalId: 'C-2' }] })
    const directory = graph.directory()
    const azureId = await createStudent(directory)
    await createClass('C-2')
    const refusal = await rejectionOf(directory.place({ azureId, placement: { ...ownClass, classId: 'C-2' } }, call))
    expect(refusal).toBeInstanceOf(TerminalError)
    expect(String(refusal)).toMatchInlineSnapshot(`"TerminalError: The directory holds several objects with this key. class C-2"`)
  })

  test('believes "already there" only of a membership that it can read', async () => {
    graph.simulator.setLag({ minMs: 60_000, maxMs: 60_000 })
    const directory = graph.directory()
    const azureId = await createStudent(directory)
    graph.clock.advance(60_000)
    expect(await directory.place({ azureId, placement: ownClass }, call)).toBe('placed')
    expect(await directory.place({ azureId, placement: ownClass }, call)).toBe('notVisible')
    graph.clock.advance(60_000)
    expect(await directory.place({ azureId, placement: ownClass }, call)).toBe('placed')
  })

  test('asks again for the id of a class that was made anew', async () => {
    const directory = graph.directory()
    await directory.place({ azureId: await createStudent(directory), placement: ownClass }, call)
    graph.simulator.reset()
    graph.simulator.seed({ classes: [{ externalId: 'C-1' }] })
    const azureId = await createStudent(directory)
    expect(await directory.place({ azureId, placement: ownClass }, call)).toBe('notVisible')
    expect(await directory.place({ azureId, placement: ownClass }, call)).toBe('placed')
  })

  test('gives up on a class that is gone', async () => {
    const directory = graph.directory()
    await directory.place({ azureId: await createStudent(directory), placement: ownClass }, call)
    graph.simulator.reset()
    const refusal = await rejectionOf(directory.place({ azureId: await createStudent(directory), placement: ownClass }, call))
    expect(refusal).toMatchObject({ errorCode: { code: 'CLASS_NOT_IN_DIRECTORY' } })
  })

  test('fails that run alone when one class is full', async () => {
    const directory = graph.directory()
    const azureId = await createStudent(directory)
    graph.simulator.addFault({ match: { pathPattern: '/education/classes/*/members/$ref' }, fault: { kind: 'quotaExceeded' } })
    const refusal = await rejectionOf(directory.place({ azureId, placement: ownClass }, call))
    expect(refusal).toBeInstanceOf(TerminalError)
    expect(refusal).toMatchObject({ errorCode: { code: 'DIRECTORY_OBJECT_QUOTA' } })
  })

  test('heals a teacher whose second reference got lost', async () => {
    const directory = graph.directory()
    const teacher = accountToCreate('teacher')
    const azureId = await createStudent(directory, teacher)
    const placement = { ...ownClass, role: 'teacher' } as const
    graph.simulator.addFault({ match: { pathPattern: '/education/classes/*/teachers/$ref' }, fault: { kind: 'reset' }, times: 1 })
    expect(await rejectionOf(directory.place({ azureId, placement }, call))).toBeInstanceOf(TransientError)
    expect(await directory.place({ azureId, placement }, call)).toBe('placed')
    expect(graph.simulator.state().users[0]).toMatchObject({ memberOf: [expect.any(String)], teaches: [expect.any(String)] })
  })

  test('counts a reference that was added without an answer as placed on the next try', async () => {
    const directory = graph.directory()
    const azureId = await createStudent(directory)
    graph.simulator.addFault({
      match: { pathPattern: '/education/schools/*/users/$ref' },
      fault: { kind: 'commitThen', status: 504 },
      times: 1,
    })
    expect(await rejectionOf(directory.place({ azureId, placement: school }, call))).toMatchObject({
      errorCode: { code: 'DIRECTORY_UNAVAILABLE' },
    })
    expect(await directory.place({ azureId, placement: school }, call)).toBe('placed')
  })

  test('finds a member on a later page of a large class', async () => {
    const directory = graph.directory()
    const ids = await Promise.all(
      Array.from({ length: 120 }, (_, index) => createStudent(directory, { ...student, username: `cd${index}`, personId: `P-${index}` })),
    )
    for (const azureId of ids) await directory.place({ azureId, placement: ownClass }, call)
    expect(await directory.place({ azureId: ids.at(-1) ?? '', placement: ownClass }, call)).toBe('placed')
    expect(callsTo('GET /education/classes/{id}/members')).toBe(2)
  })
})

describe('assigning a licence', () => {
  const licensed = () => graph.directory({ GRAPH_LICENCE_SKU_STUDENT: SKU.toUpperCase() })

  beforeEach(() => {
    graph.simulator.seed({ skus: [{ skuPartNumber: 'STUDENTS', skuId: SKU, enabled: 5 }] })
  })

  test('costs one write for an account that we made', async () => {
    const directory = licensed()
    const azureId = await createStudent(directory)
    const before = graph.simulator.counters().writes
    expect(await directory.assignLicence({ azureId, kind: 'student' }, call)).toBe('placed')
    expect(graph.simulator.counters().writes - before).toBe(1)
  })

  test('sets the usage location first where an adopted account has none', async () => {
    const { users } = graph.simulator.seed({ users: [{ userPrincipalName: graph.upn('adopted'), primaryRole: 'student', marker: 'P-1' }] })
    const azureId = users[graph.upn('adopted')] ?? ''
    expect(await licensed().assignLicence({ azureId, kind: 'student' }, call)).toBe('placed')
    expect(graph.sent.find(({ method }) => method === 'PATCH')?.body).toEqual({ usageLocation: 'BG' })
  })

  test('stops the line when the tenant does not have the subscription at all', async () => {
    const directory = graph.directory({ GRAPH_LICENCE_SKU_STUDENT: '00000000-0000-4000-8000-000000000000' })
    const refusal = await rejectionOf(directory.assignLicence({ azureId: await createStudent(directory), kind: 'student' }, call))
    expect(refusal).toBeInstanceOf(SystemicError)
    expect(String(refusal)).toMatchInlineSnapshot(
      `"SystemicError: No licence is left to assign. The tenant has no subscription 00000000-0000-4000-8000-000000000000."`,
    )
  })

  test('tries again later when Graph refuses although units are left', async () => {
    const directory = licensed()
    const azureId = await createStudent(directory)
    graph.simulator.addFault({
      match: { pathPattern: '/users/*/assignLicense' },
      fault: {
        kind: 'error',
        status: 400,
        code: 'Request_BadRequest',
        message: 'License assignment cannot be done for user with invalid usage location.',
      },
      times: 1,
    })
    const refusal = await rejectionOf(directory.assignLicence({ azureId, kind: 'student' }, call))
    expect(refusal).toBeInstanceOf(TransientError)
    expect(await directory.assignLicence({ azureId, kind: 'student' }, call)).toBe('placed')
  })
})

/** A second class under an id that exists already, which a seed would not make. */
async function createClass(externalId: string): Promise<void> {
  const token = graph.sent.at(-1)?.headers.get('Authorization') ?? ''
  const answer = await graph.simulator.inject({
    method: 'POST',
    url: '/v1.0/education/classes',
    headers: { authorization: token, 'content-type': 'application/json' },
    payload: { displayName: externalId, mailNickname: externalId.toLowerCase(), externalId },
  })
  if (answer.statusCode !== 201) throw new Error(`The simulator refused a second class: ${answer.body}`)
}
