import { describe, expect, test } from 'vitest'
import { hashApiKey } from '../api-key.ts'
import { startGuardedApp } from '../test-support/start-guarded-app.ts'

describe('a route', () => {
  test('is for the roles that its word stands for', async () => {
    const { failures, get, keys, logs } = await startGuardedApp()
    const headers = { authorization: `Bearer ${keys.clerk}` }
    expect((await get('/look', headers)).json()).toEqual({ name: 'clerk of the tests', role: 'clerk' })
    const refused = await get('/order', headers)
    expect([refused.statusCode, refused.json().detail]).toEqual([403, 'Its role is clerk; this needs chief.'])
    expect(logs.lines).toContainEqual(expect.objectContaining({ caller: 'clerk of the tests', role: 'clerk', access: 'order' }))
    expect(JSON.stringify(logs.lines)).not.toContain(keys.clerk)
    expect(await failures()).toEqual({ forbidden: 1 })
  })

  test('that is for everybody asks for no key', async () => {
    const { asked, get } = await startGuardedApp()
    expect((await get('/open')).statusCode).toBe(200)
    expect(asked()).toBe(0)
  })

  test('that does not say who may use it is not served', async () => {
    const { app } = await startGuardedApp()
    expect(() => app.get('/secret', async () => 'oops')).toThrow('The route GET /secret does not say who may use it.')
  })

  test('that names an access which the app does not know is not served', async () => {
    const { app } = await startGuardedApp()
    const route = () => app.get('/there', { config: { access: 'lok' } }, async () => 'oops')
    expect(route).toThrow('The route GET /there asks for an access that nobody has: lok.')
  })
})

describe('a request', () => {
  test.each([
    ['Bearer', (key: string) => ({ authorization: `Bearer ${key}` })],
    ['bearer, in small letters', (key: string) => ({ authorization: `bearer ${key}` })],
    ['X-API-KEY', (key: string) => ({ 'x-api-key': key })],
    ['X-API-KEY beside another scheme', (key: string) => ({ 'x-api-key': key, authorization: 'Basic dTpw' })],
  ])('may carry its key as %s', async (_how, headers) => {
    const { get, keys } = await startGuardedApp()
    expect((await get('/look', headers(keys.clerk))).statusCode).toBe(200)
  })

  test('without a key is 401, and is told how to send one', async () => {
    const { failures, get } = await startGuardedApp()
    const answer = await get('/look')
    expect([answer.statusCode, answer.headers['www-authenticate']]).toEqual([401, 'Bearer realm="rollcall"'])
    expect(answer.json()).toMatchObject({
      code: 'UNAUTHENTICATED',
      detail: 'Send the key as "Authorization: Bearer <key>" or as "X-API-KEY: <key>".',
    })
    expect(await failures()).toEqual({ no_key: 1 })
  })

  test('with a wrong key is 401, and the log knows a prefix of its hash', async () => {
    const { failures, get, logs } = await startGuardedApp()
    const key = 'rk_u_a-key-that-nobody-has'
    const answer = await get('/look', { 'x-api-key': key })
    expect([answer.statusCode, answer.headers['www-authenticate']]).toEqual([401, 'Bearer realm="rollcall", error="invalid_token"'])
    expect(logs.lines).toContainEqual(expect.objectContaining({ keyHash: hashApiKey(key).slice(0, 8) }))
    expect(JSON.stringify(logs.lines)).not.toContain(key)
    expect(await failures()).toEqual({ wrong_key: 1 })
  })
})
