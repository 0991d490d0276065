import { request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { connect } from 'node:net'
import { testRedis } from '@rollcall/platform/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runCursor } from './runs/cursor.ts'
import { student, students } from './test-support/people.ts'
import { startTestApi, type TestApi } from './test-support/start-test-api.ts'

const redis = testRedis()
let test: TestApi
beforeEach(async () => {
  test = await startTestApi({ redisUrl: redis.url })
})
afterEach(async () => {
  // Nothing of a refused request is stored, whatever was wrong with it.
  expect(await test.rows()).toEqual({})
  await test.close()
})

/** `pointer: reason (received)` of each refused field. */
async function refusedFields(body: unknown): Promise<string[]> {
  const answer = await test.post('/student-create', body)
  expect(answer.status).toBe(422)
  return answer.body.errors.map((error: Record<string, string>) => `${error.pointer}: ${error.reason} (${error.received})`)
}

describe('a body that is no JSON', () => {
  it.each([
    ['is cut off', '{"personId": "1",', 'The body is not JSON at line 1, column 18.'],
    ['has a bare word', '{\n  "firstName": Elitsa\n}', 'The body is not JSON at line 2, column 16.'],
    ['has a comment', '{ /* Elitsa */ }', 'The body is not JSON at line 1, column 3.'],
    ['has something behind it', '{} Elitsa', 'The body is not JSON at line 1, column 4.'],
    ['is empty', '', 'The body is empty.'],
    ['is white space', ' \n ', 'The body is empty.'],
    ['names a field twice', '{"personId":"1","personId":"2"}', 'The body has the same name twice in one object, at line 1, column 17.'],
    [
      'names a field twice, once escaped',
      '{"grade":"1","gr\\u0061de":"2"}',
      'The body has the same name twice in one object, at line 1, column 14.',
    ],
    ['names __proto__', '{"__proto__":{"admin":true}}', 'The body uses a name that is not allowed, at line 1, column 2.'],
    ['names constructor', '{"constructor":{"prototype":{}}}', 'The body uses a name that is not allowed, at line 1, column 2.'],
    ['is nested too deeply', '['.repeat(100_000), 'The body is nested deeper than 20 levels, at line 1, column 21.'],
    [
      'hides its depth behind brackets that close nothing',
      `[${'}'.repeat(100_000)},${'['.repeat(100_000)}`,
      'The body is nested deeper than 20 levels, at line 1, column 100023.',
    ],
  ])('is refused where it %s', async (_what, body, detail) => {
    const answer = await test.post('/student-create', body)
    expect(answer).toMatchObject({ status: 400, body: { code: 'MALFORMED_JSON', detail, type: 'urn:rollcall:problem:malformed-json' } })
    expect(JSON.stringify(answer.body)).not.toContain('Elitsa')
  })

  it('is refused where it is not UTF-8', async () => {
    const latin1 = Buffer.from(JSON.stringify({ ...student, firstName: 'José' }), 'latin1')
    const headers = { authorization: `Bearer ${test.keys.upstream}`, 'content-type': 'application/json' }
    const answer = await test.api.inject({ method: 'POST', url: '/student-create', payload: latin1, headers })
    expect([answer.statusCode, answer.json()]).toMatchObject([400, { code: 'MALFORMED_JSON', detail: 'The body is not UTF-8.' }])
  })

  it.each([
    [{ 'content-type': 'text/plain' }],
    [{ 'content-type': 'application/xml' }],
    [{ 'content-type': 'application/x-www-form-urlencoded' }],
    [{ 'content-type': 'application/json; charset=windows-1251' }],
    [{ 'content-encoding': 'gzip' }],
  ])('is refused as %j', async (headers) => {
    expect(await test.post('/student-create', student, { headers })).toMatchObject({
      status: 415,
      body: { code: 'UNSUPPORTED_MEDIA_TYPE' },
    })
  })

  it('is refused without a content type', async () => {
    const headers = { authorization: `Bearer ${test.keys.upstream}` }
    const answer = await test.api.inject({ method: 'POST', url: '/student-create', payload: Buffer.from('{}'), headers })
    expect([answer.statusCode, answer.json().code]).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE'])
  })
})

describe('a body of the wrong shape', () => {
  it('is refused with every field that is wrong, its shape and what was expected', async () => {
    const wrong = {
      ...student,
      personId: 100231,
      firstName: 'Е'.repeat(101),
      middleName: null,
      lastName: '12345',
      birthDate: '2015-02-29',
      schoolId: '2902418 ',
      grade: ['5'],
      classIds: ['771204', 771205, '771204'],
      'favourite/colour': 'red',
    }
    expect(await refusedFields(wrong)).toMatchInlineSnapshot(`
      [
        "/personId: must be a string (number)",
        "/firstName: must be 1 to 100 characters long (string of 101 characters)",
        "/middleName: must be a string (null)",
        "/lastName: must contain at least one letter (string of 5 characters)",
        "/birthDate: must be a date of the calendar, written YYYY-MM-DD (string of 10 characters)",
        "/schoolId: must be 1 to 32 characters out of A-Z, a-z, 0-9 and the hyphen (string of 8 characters)",
        "/grade: must be a string (array of 1 item)",
        "/classIds/1: must be a string (number)",
        "/favourite~1colour: is not a field of this object (string of 3 characters)",
      ]
    `)
  })

  it('never quotes what was sent', async () => {
    const secret = 'Скритова'
    const wrong = {
      ...student,
      firstName: `${secret}\u0000`,
      birthDate: secret,
      schoolId: secret,
      classIds: secret,
      grade: secret.repeat(5),
    }
    const answer = await test.post('/student-create', wrong)
    expect(answer.body.errors).toHaveLength(5)
    expect(JSON.stringify(answer.body)).not.toContain(secret)
    expect(test.log()).not.toContain(secret)
  })

  it.each([
    ['the 29th of February of a common year', '2015-02-29'],
    ['month 13', '2015-13-01'],
    ['the 31st of April', '2015-04-31'],
    ['a time', '2015-02-28T00:00:00Z'],
    ['another notation', '28.02.2015'],
  ])('is refused for a birth date that is %s', async (_what, birthDate) => {
    expect(await refusedFields({ ...student, birthDate })).toEqual([
      `/birthDate: must be a date of the calendar, written YYYY-MM-DD (string of ${birthDate.length} characters)`,
    ])
  })

  it('is refused for a birth date after today', async () => {
    expect(await refusedFields({ ...student, birthDate: '2026-09-02' })).toEqual([
      '/birthDate: must not be in the future (string of 10 characters)',
    ])
  })

  it.each([
    ['a number', '7', 'must be an object', 'number'],
    ['null', 'null', 'must be an object', 'null'],
    ['a string', '"Elitsa"', 'must be an object', 'string of 6 characters'],
    ['an empty array', '[]', 'must hold 1 to 1,000 items', 'empty array'],
    ['1,001 items', JSON.stringify(students(1_001)), 'must hold 1 to 1,000 items', 'array of 1001 items'],
  ])('is refused as %s', async (_what, body, reason, received) => {
    expect(await refusedFields(body)).toEqual([`: ${reason} (${received})`])
  })

  it('is refused for a teacher’s fields in a student, and the other way round', async () => {
    expect(await refusedFields({ ...student, positions: ['Teacher'] })).toEqual([
      '/positions: is not a field of this object (array of 1 item)',
    ])
    const { body } = await test.post('/teacher-create', student)
    expect(body.errors).toMatchObject([{ pointer: '/grade', expected: 'no such field', received: 'string of 1 character' }])
  })

  it('lists 1,000 wrong fields and counts the rest', async () => {
    const unknown = Object.fromEntries(Array.from({ length: 1_500 }, (_, index) => [`field${index}`, 0]))
    const { body } = await test.post('/student-create', { ...student, ...unknown })
    expect(body).toMatchObject({ detail: '1,500 fields are wrong.', errorsOmitted: 500 })
    expect(body.errors).toHaveLength(1_000)
  })

  it('clips the names of fields', async () => {
    const { body } = await test.post('/student-create', { ...student, ['x'.repeat(5_000)]: 0 })
    expect(body.errors[0].pointer).toHaveLength(101)
  })
})

describe('a body of ten megabytes', () => {
  const tooLarge = JSON.stringify({ ...student, firstName: 'x'.repeat(10 * 1_024 * 1_024) })

  it('is refused by its length alone', async () => {
    expect(await test.post('/student-create', tooLarge)).toMatchObject({ status: 413, body: { code: 'BODY_TOO_LARGE' } })
  })

  it('is refused over a real connection before it has been sent', async () => {
    await test.api.listen({ port: 0, host: '127.0.0.1' })
    const { port } = test.api.server.address() as AddressInfo
    const headers = {
      authorization: `Bearer ${test.keys.upstream}`,
      'content-type': 'application/json',
      'content-length': tooLarge.length,
    }
    const outgoing = request({ port, host: '127.0.0.1', path: '/student-create', method: 'POST', headers })
    const answered = new Promise<number | undefined>((resolve, reject) => {
      outgoing.on('response', (answer) => resolve(answer.resume().statusCode))
      outgoing.on('error', reject)
    })
    outgoing.flushHeaders()
    expect(await answered).toBe(413)
    outgoing.destroy()
  })

  it('is cut off where its length is not announced', async () => {
    await test.api.listen({ port: 0, host: '127.0.0.1' })
    const { port } = test.api.server.address() as AddressInfo
    const headers = { authorization: `Bearer ${test.keys.upstream}`, 'content-type': 'application/json' }
    const outgoing = request({ port, host: '127.0.0.1', path: '/student-create', method: 'POST', headers })
    const answered = new Promise<number | undefined>((resolve, reject) => {
      outgoing.on('response', (answer) => resolve(answer.resume().statusCode))
      outgoing.on('error', reject)
    })
    outgoing.write(tooLarge.slice(0, 3 * 1_024 * 1_024))
    expect(await answered).toBe(413)
    outgoing.destroy()
  })
})

describe('an address that is not served', () => {
  it('is 404 where nothing is there', async () => {
    expect(await test.get('/students')).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } })
    expect(await test.get('/students', { as: null })).toMatchObject({ status: 404 })
  })

  it('is 405 for another method, naming those that are served', async () => {
    const got = await test.get('/student-create')
    expect(got).toMatchObject({ status: 405, headers: { allow: 'POST' }, body: { code: 'METHOD_NOT_ALLOWED' } })
    const { statusCode, headers } = await test.api.inject({ method: 'DELETE', url: '/azure-data-sync/0199a1f4?x=1' })
    expect([statusCode, headers.allow]).toEqual([405, 'GET, HEAD'])
  })

  it('is 400 where it cannot be decoded', async () => {
    expect(await test.get('/azure-data-sync/%E0%A4%A')).toMatchObject({ status: 400, body: { code: 'MALFORMED_REQUEST' } })
  })

  it('is 400 for a uuid that is none and for an unknown or wrong filter', async () => {
    expect(await test.get('/azure-data-sync/7')).toMatchObject({
      status: 400,
      body: { errors: [{ in: 'path', path: 'uuid', expected: 'a uuid', received: 'string of 1 character' }] },
    })
    const { status, body } = await test.get('/azure-data-sync?limit=201&cursor=abc&colour=red&createdFrom=yesterday&status=done')
    expect(status).toBe(400)
    expect(body.errors.map((error: Record<string, string>) => `${error.in} ${error.path}: ${error.reason}`)).toMatchInlineSnapshot(`
      [
        "query status: must be one of new, in_progress, polling, waiting, failed, completed, cancelled",
        "query createdFrom: must be a time, written 2026-09-01T07:30:00Z",
        "query limit: must be at most 200",
        "query cursor: must be the nextCursor of an earlier page",
        "query colour: is not a field of this object",
      ]
    `)
  })

  it.each(['0000-01-01T00:00:00Z', '9999-12-31T23:59:59-14:00'])('is 400 for a time that no database keeps: %s', async (time) => {
    const { status, body } = await test.get(`/azure-data-sync?createdTo=${time}`)
    expect([status, body.errors]).toMatchObject([400, [{ path: 'createdTo', reason: 'must be a time between the years 1970 and 9998' }]])
  })

  it.each([-1, Number.MAX_SAFE_INTEGER])('is 400 for a cursor that somebody has set to the time %d', async (createdAt) => {
    const cursor = runCursor.encode({ createdAt, uuid: '0199a1f4-5c00-7000-8000-00000000a001' })
    const { status, body } = await test.get(`/azure-data-sync?cursor=${cursor}`)
    expect([status, body.errors]).toMatchObject([400, [{ path: 'cursor', reason: 'must be the nextCursor of an earlier page' }]])
  })
})

it.each<[string, string]>([
  ['bytes that are no HTTP', 'HELLO\r\n\r\n'],
  ['an address that cannot be decoded, whose body is still to come', 'POST /%zz HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n'],
])('%s: answered with a problem document, and the connection closed', async (_what, sent) => {
  await test.api.listen({ port: 0, host: '127.0.0.1' })
  const { port } = test.api.server.address() as AddressInfo
  const answer = await new Promise<string>((resolve, reject) => {
    let text = ''
    const socket = connect(port, '127.0.0.1', () => socket.write(sent))
    socket.on('data', (chunk) => {
      text += chunk
    })
    socket.on('end', () => resolve(text))
    socket.on('error', reject)
  })
  expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/)
  expect(JSON.parse(answer.split('\r\n\r\n')[1] ?? '')).toMatchObject({ code: 'MALFORMED_REQUEST', status: 400 })
})
