import { request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { testRedis } from '@rollcall/platform/testing'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { CSV, createImportTest, type ImportTest } from '../test-support/create-import-test.ts'
import { student } from '../test-support/people.ts'
import { HEADER, pupil, roster } from '../test-support/roster.ts'

const redis = testRedis()
let test: ImportTest
beforeEach(async () => {
  test = await createImportTest({ redisUrl: redis.url })
})
afterEach(() => test.close())

describe('over a real connection', () => {
  async function begin(headers: Readonly<Record<string, string | number>>, as: 'upstream' | 'service' | 'admin' = 'upstream') {
    if (!test.api.server.listening) await test.api.listen({ port: 0, host: '127.0.0.1' })
    const { port } = test.api.server.address() as AddressInfo
    const authorization = `Bearer ${test.keys[as]}`
    const outgoing = request({
      port,
      host: '127.0.0.1',
      path: '/imports',
      method: 'POST',
      agent: false,
      headers: { authorization, ...CSV, ...headers },
    })
    outgoing.on('error', () => {})
    const answered = new Promise<{ status: number | undefined; code: unknown }>((resolve) => {
      outgoing.on('response', async (answer) => {
        let text = ''
        for await (const chunk of answer) text += chunk
        resolve({ status: answer.statusCode, code: JSON.parse(text).code })
      })
    })
    return { outgoing, answered }
  }
  const untilEmpty = () => vi.waitFor(async () => expect(await test.rows()).toEqual({}), { timeout: 5_000 })
  const untilStaged = () => vi.waitFor(async () => expect((await test.rows()).importRow).toBeGreaterThan(0), { timeout: 5_000 })
  const manyRows = Array.from({ length: 2_000 }, (_none, index) => pupil(`S${index}`)).join('\n')

  it('a file that is announced to be too large is refused before it has been sent', async () => {
    const { outgoing, answered } = await begin({ 'content-length': 60 * 1_024 * 1_024 })
    outgoing.flushHeaders()
    expect(await answered).toEqual({ status: 413, code: 'IMPORT_TOO_LARGE' })
    outgoing.destroy()
    await untilEmpty()
  })

  it('a file that turns out to be too large is cut off, and leaves nothing', async () => {
    await test.close()
    test = await createImportTest({ redisUrl: redis.url, limits: { mostBytes: 100_000 } })
    const { outgoing, answered } = await begin({})
    outgoing.write(`${HEADER}\n${manyRows}\n`)
    expect(await answered).toEqual({ status: 413, code: 'IMPORT_TOO_LARGE' })
    outgoing.destroy()
    await untilEmpty()
  })

  it('a refused file is answered while it is still being sent', async () => {
    const { outgoing, answered } = await begin({})
    outgoing.write(`${HEADER}\nstudent;too;few\n${manyRows}\n`)
    expect(await answered).toEqual({ status: 422, code: 'IMPORT_ROW_MALFORMED' })
    outgoing.end()
  })

  it.each(['text/csv', 'multipart/form-data; boundary=x'])('an upload as %s that its sender breaks off leaves nothing', async (type) => {
    const { outgoing } = await begin({ 'content-type': type })
    if (type !== 'text/csv') outgoing.write('--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n')
    outgoing.write(`${HEADER}\n${manyRows}\n`)
    await untilStaged()
    outgoing.destroy()
    await untilEmpty()
  })

  it('an upload of which nothing comes any more is given up', async () => {
    const { outgoing, answered } = await begin({})
    outgoing.write(`${HEADER}\n${manyRows}\n`)
    expect(await answered).toEqual({ status: 400, code: 'IMPORT_INCOMPLETE' })
    outgoing.destroy()
    await untilEmpty()
  })

  const form = '--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
  it.each([
    ['before', ''],
    ['behind', `${form}${roster}\r\n--x--\r\n`],
  ])('a form that has no end of what stands %s its file is given up, too', async (_where, begun) => {
    const { outgoing, answered } = await begin({ 'content-type': 'multipart/form-data; boundary=x' })
    outgoing.write(begun)
    const dribble = setInterval(() => outgoing.write('x'), 20)
    expect(await answered).toEqual({ status: 400, code: 'IMPORT_INCOMPLETE' })
    clearInterval(dribble)
    outgoing.destroy()
    await untilEmpty()
  })

  it('no more than four files are received at once, two of them from one caller, and everybody else is served meanwhile', async () => {
    await test.close()
    test = await createImportTest({ redisUrl: redis.url, limits: {} })
    const uploads = [await begin({}), await begin({})]
    const third = await begin({})
    uploads.push(await begin({}, 'admin'), await begin({}, 'admin'))
    for (const { outgoing } of uploads) outgoing.write(`${HEADER}\n${manyRows}\n`)
    await vi.waitFor(async () => expect((await test.rows()).import).toBe(4), { timeout: 5_000 })
    third.outgoing.end(roster)
    expect(await third.answered).toEqual({ status: 503, code: 'IMPORTS_BUSY' })
    const fifth = await begin({}, 'service')
    fifth.outgoing.end(roster)
    expect(await fifth.answered).toEqual({ status: 503, code: 'IMPORTS_BUSY' })
    expect((await test.post('/student-create', student)).status).toBe(202)
    for (const { outgoing } of uploads) outgoing.end()
    expect((await Promise.all(uploads.map(({ answered }) => answered))).map(({ status }) => status)).toEqual([202, 202, 202, 202])
    const next = await begin({})
    next.outgoing.end(roster)
    expect((await next.answered).status).toBe(202)
  })
})
