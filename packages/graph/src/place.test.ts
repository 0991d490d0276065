import { TerminalError, TransientError } from '@rollcall/engine'
import { accountToCreate, directoryCall, rejectionOf } from '@rollcall/provisioning/testing'
import { describe, expect, test } from 'vitest'
import { testGraph } from './testing/test-graph.ts'

const graph = testGraph()
const school = { kind: 'school', schoolId: 'S-1' } as const
const ownClass = { kind: 'class', classId: 'C-1', role: 'student' } as const
const call = directoryCall()
const student = accountToCreate('student')

describe('placing an account', () => {
  test('looks a class up once for a whole form that is enrolled at the same time', async () => {
    const directory = graph.directory()
    const ids = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        graph.createAccount(directory, { ...student, username: `ab1000000${index}`, personId: `P-${index}` }),
      ),
    )
    await Promise.all(ids.map((azureId) => directory.place({ azureId, placement: ownClass }, call)))
    expect(graph.callsTo('GET /education/classes')).toBe(1)
    expect(graph.callsTo('POST /education/classes/{id}/members/$ref')).toBe(10)
  })

  test('escapes the quotes in an id of the register', async () => {
    graph.simulator.seed({ schools: [{ externalId: "S'2" }] })
    const directory = graph.directory()
    const azureId = await graph.createAccount(directory)
    expect(await directory.place({ azureId, placement: { kind: 'school', schoolId: "S'2" } }, call)).toBe('placed')
  })

  test('remembers for five seconds that a school is missing, and then looks again', async () => {
    const directory = graph.directory()
    const azureId = await graph.createAccount(directory)
    const place = () => directory.place({ azureId, placement: { kind: 'school', schoolId: 'S-new' } }, call)
    await rejectionOf(place())
    graph.simulator.seed({ schools: [{ externalId: 'S-new' }] })
    expect(await rejectionOf(place())).toMatchObject({ errorCode: { code: 'SCHOOL_NOT_IN_DIRECTORY' } })
    expect(graph.callsTo('GET /education/schools')).toBe(1)
    graph.clock.advance(5_000)
    expect(await place()).toBe('placed')
  })

  test('believes on no later try that a class is missing: it may have been made since', async () => {
    const directory = graph.directory()
    const azureId = await graph.createAccount(directory)
    const place = (mayBeThere: boolean) => directory.place({ azureId, placement: { ...ownClass, classId: 'C-new' }, mayBeThere }, call)
    expect(await rejectionOf(place(false))).toMatchObject({ errorCode: { code: 'CLASS_NOT_IN_DIRECTORY' } })
    expect(await rejectionOf(place(true))).toMatchObject({ errorCode: { code: 'CLASS_NOT_IN_DIRECTORY' } })
    graph.simulator.seed({ classes: [{ externalId: 'C-new' }] })
    expect(await place(true)).toBe('placed')
    expect(graph.callsTo('GET /education/classes')).toBe(3)
  })

  test('gives up where two classes have the same id of the register', async () => {
    graph.simulator.seed({ classes: [{ externalId: 'C-2' }] })
    const directory = graph.directory()
    const azureId = await graph.createAccount(directory)
    await createClass('C-2')
    const refusal = await rejectionOf(directory.place({ azureId, placement: { ...ownClass, classId: 'C-2' } }, call))
    expect(refusal).toBeInstanceOf(TerminalError)
    expect(String(refusal)).toMatchInlineSnapshot(`"TerminalError: The directory holds several objects with this key. class C-2"`)
  })

  test('believes "already there" only of a membership that it can read', async () => {
    graph.simulator.setLag({ minMs: 60_000, maxMs: 60_000 })
    const directory = graph.directory()
    const azureId = await graph.createAccount(directory)
    graph.clock.advance(60_000)
    expect(await directory.place({ azureId, placement: ownClass }, call)).toBe('placed')
    expect(await directory.place({ azureId, placement: ownClass }, call)).toBe('notVisible')
    graph.clock.advance(60_000)
    expect(await directory.place({ azureId, placement: ownClass }, call)).toBe('placed')
  })

  test('reads the class, and keeps its id, when it is the account that nobody sees', async () => {
    const directory = graph.directory()
    const azureId = '00000000-0000-4000-8000-00000000dead'
    expect(await directory.place({ azureId, placement: ownClass }, call)).toBe('notVisible')
    expect(await directory.place({ azureId, placement: ownClass }, call)).toBe('notVisible')
    expect(graph.callsTo('GET /education/classes')).toBe(1)
    expect(graph.callsTo('GET /education/classes/{id}')).toBe(2)
  })

  test('asks again for the id of a class that was made anew', async () => {
    const directory = graph.directory()
    await directory.place({ azureId: await graph.createAccount(directory), placement: ownClass }, call)
    graph.simulator.reset()
    graph.simulator.seed({ classes: [{ externalId: 'C-1' }] })
    const azureId = await graph.createAccount(directory)
    expect(await directory.place({ azureId, placement: ownClass }, call)).toBe('notVisible')
    expect(await directory.place({ azureId, placement: ownClass }, call)).toBe('placed')
  })

  test('gives up on a class that is gone', async () => {
    const directory = graph.directory()
    await directory.place({ azureId: await graph.createAccount(directory), placement: ownClass }, call)
    graph.simulator.reset()
    const refusal = await rejectionOf(directory.place({ azureId: await graph.createAccount(directory), placement: ownClass }, call))
    expect(refusal).toMatchObject({ errorCode: { code: 'CLASS_NOT_IN_DIRECTORY' } })
  })

  test('fails that run alone when one class is full', async () => {
    const directory = graph.directory()
    const azureId = await graph.createAccount(directory)
    graph.simulator.addFault({ match: { pathPattern: '/education/classes/*/members/$ref' }, fault: { kind: 'quotaExceeded' } })
    const refusal = await rejectionOf(directory.place({ azureId, placement: ownClass }, call))
    expect(refusal).toBeInstanceOf(TerminalError)
    expect(refusal).toMatchObject({ errorCode: { code: 'DIRECTORY_OBJECT_QUOTA' } })
  })

  test('heals a teacher whose second reference got lost', async () => {
    const directory = graph.directory()
    const teacher = accountToCreate('teacher')
    const azureId = await graph.createAccount(directory, teacher)
    const placement = { ...ownClass, role: 'teacher' } as const
    graph.simulator.addFault({ match: { pathPattern: '/education/classes/*/teachers/$ref' }, fault: { kind: 'reset' }, times: 1 })
    expect(await rejectionOf(directory.place({ azureId, placement }, call))).toBeInstanceOf(TransientError)
    expect(await directory.place({ azureId, placement }, call)).toBe('placed')
    expect(graph.simulator.state().users[0]).toMatchObject({ memberOf: [expect.any(String)], teaches: [expect.any(String)] })
  })

  test('counts a reference that was added without an answer as placed on the next try', async () => {
    const directory = graph.directory()
    const azureId = await graph.createAccount(directory)
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

  test("finds a class on a later page of a busy teacher's classes", async () => {
    const classes = Array.from({ length: 120 }, (_, index) => ({ externalId: `B-${index}` }))
    graph.simulator.seed({ classes })
    const directory = graph.directory()
    const azureId = await graph.createAccount(directory)
    for (const { externalId } of classes) await directory.place({ azureId, placement: { ...ownClass, classId: externalId } }, call)
    expect(await directory.place({ azureId, placement: { ...ownClass, classId: 'B-119' } }, call)).toBe('placed')
    expect(graph.callsTo('GET /education/users/{id}/classes')).toBe(2)
  })
})

describe('placing an account that an earlier try may have placed', () => {
  const teacher = accountToCreate('teacher')
  const asTeacher = { ...ownClass, role: 'teacher' } as const

  test('writes nothing where everything is there', async () => {
    const directory = graph.directory()
    const azureId = await graph.createAccount(directory, teacher)
    const placeBoth = (mayBeThere: boolean) =>
      Promise.all([school, asTeacher].map((placement) => directory.place({ azureId, placement, mayBeThere }, call)))
    await placeBoth(false)
    const { writes } = graph.simulator.counters()
    expect(await placeBoth(true)).toEqual(['placed', 'placed'])
    expect(graph.simulator.counters().writes).toBe(writes)
  })

  test('writes only what is missing', async () => {
    const directory = graph.directory()
    const azureId = await graph.createAccount(directory, teacher)
    await directory.place({ azureId, placement: ownClass }, call)
    expect(await directory.place({ azureId, placement: asTeacher, mayBeThere: true }, call)).toBe('placed')
    expect(graph.callsTo('POST /education/classes/{id}/members/$ref')).toBe(1)
    expect(graph.callsTo('POST /education/classes/{id}/teachers/$ref')).toBe(1)
  })

  test('spends no write while the account is not visible', async () => {
    const directory = graph.directory()
    const order = { azureId: '00000000-0000-4000-8000-00000000dead', placement: asTeacher, mayBeThere: true }
    expect(await directory.place(order, call)).toBe('notVisible')
    expect(graph.simulator.counters().writes).toBe(0)
  })

  test('writes, and asks once more, where the replica that was read lags behind', async () => {
    graph.simulator.setLag({ minMs: 60_000, maxMs: 60_000 })
    const directory = graph.directory()
    const azureId = await graph.createAccount(directory)
    graph.clock.advance(60_000)
    const order = { azureId, placement: ownClass, mayBeThere: true }
    expect(await directory.place(order, call)).toBe('placed')
    expect(await directory.place(order, call)).toBe('notVisible')
    graph.clock.advance(60_000)
    expect(await directory.place(order, call)).toBe('placed')
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
