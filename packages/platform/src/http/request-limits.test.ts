import { describe, expect, test } from 'vitest'
import { hashApiKey } from '../api-key.ts'
import { startGuardedApp } from '../test-support/start-guarded-app.ts'

const bearer = (key: string) => ({ authorization: `Bearer ${key}` })
const GUESS = { 'x-api-key': 'rc_reader_guessed' }

describe('the limits of requests', () => {
  test('hold for each key by itself, and say when to come back', async () => {
    const { get, keys } = await startGuardedApp({ perMinute: 3 })
    const answers = []
    for (let number = 0; number < 4; number += 1) answers.push(await get('/look', bearer(keys.clerk)))
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200, 429])
    expect(answers[3]?.headers['retry-after']).toMatch(/^[1-9]\d?$/)
    expect(answers[3]?.json()).toMatchObject({
      code: 'TOO_MANY_REQUESTS',
      status: 429,
      detail: expect.stringMatching(/^This key may send 3 a minute\. Come back in \d+ s\.$/),
    })
    expect((await get('/look', bearer(keys.chief))).statusCode).toBe(200)
  })

  test('leave what is for everybody alone', async () => {
    const { get } = await startGuardedApp({ perMinute: 3 })
    for (let number = 0; number < 5; number += 1) expect((await get('/open')).statusCode).toBe(200)
  })

  test('stop an address that guesses at keys before it costs a look at the keys', async () => {
    const { asked, get, keys } = await startGuardedApp()
    const statuses = []
    for (let number = 0; number < 61; number += 1) statuses.push((await get('/look', GUESS)).statusCode)
    expect(new Set(statuses.slice(0, 60))).toEqual(new Set([401]))
    expect(statuses[60]).toBe(429)
    const before = asked()
    expect((await get('/look', bearer(keys.clerk))).statusCode).toBe(429)
    expect(asked()).toBe(before)
  })

  test('let those in whose keys were valid before, although somebody at their address guesses, until they are not', async () => {
    const { get, keys, valid } = await startGuardedApp()
    const ask = async () => (await get('/look', bearer(keys.clerk))).statusCode
    expect(await ask()).toBe(200)
    for (let number = 0; number < 60; number += 1) await get('/look', GUESS)
    expect([(await get('/look', GUESS)).statusCode, await ask()]).toEqual([429, 200])
    valid.delete(hashApiKey(keys.clerk))
    expect([await ask(), await ask()]).toEqual([401, 429])
  })
})
