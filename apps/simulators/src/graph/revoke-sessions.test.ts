import { expect, it } from 'vitest'
import { createTestTenant, errorOf, newUser } from '../test-support/create-test-tenant.ts'

const SHOWN = '/users/ann@edu.example?$select=signInSessionsValidFromDateTime'

it('ends the sessions of a user from now on, and again when it is asked again', async () => {
  const { call, clock } = await createTestTenant()
  await call({ method: 'POST', path: '/users', body: newUser('ann') })
  expect((await call({ path: SHOWN })).body.signInSessionsValidFromDateTime).toBeNull()
  const times = []
  for (let round = 0; round < 2; round++) {
    clock.advance(60_000)
    expect(await call({ method: 'POST', path: '/users/ann@edu.example/revokeSignInSessions' })).toMatchObject({
      status: 200,
      body: { value: true },
    })
    times.push((await call({ path: SHOWN })).body.signInSessionsValidFromDateTime)
  }
  expect(times[0]).not.toBe(times[1])
})

it('knows no sessions of a user that there is not', async () => {
  const { call } = await createTestTenant()
  expect(errorOf(await call({ method: 'POST', path: '/users/nobody@edu.example/revokeSignInSessions' }))).toMatchObject({ status: 404 })
})

it('does not let anybody write the time', async () => {
  const { call } = await createTestTenant()
  await call({ method: 'POST', path: '/users', body: newUser('ann') })
  const body = { signInSessionsValidFromDateTime: '2026-01-01T00:00:00Z' }
  expect(errorOf(await call({ method: 'PATCH', path: '/users/ann@edu.example', body }))).toMatchObject({ status: 400 })
})
