import { sign } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { createClientCertificate } from '../test-support/create-client-certificate.ts'
import { createTestTenant, errorOf, newUser, requestToken } from '../test-support/create-test-tenant.ts'
import { SIMULATED_CLIENT_ID, SIMULATED_CLIENT_SECRET, SIMULATED_TENANT_ID } from './create-graph-core.ts'
import { createGraphSimulator } from './create-graph-simulator.ts'

describe('the token endpoint', () => {
  it('sells an opaque bearer token for a client secret', async () => {
    const simulator = await createGraphSimulator()
    const { status, body } = await requestToken({ simulator })
    expect(status).toBe(200)
    expect(body).toEqual({
      token_type: 'Bearer',
      expires_in: 3599,
      ext_expires_in: 3599,
      access_token: expect.stringMatching(/^[\w-]{64}$/),
    })
    expect(simulator.counters().tokensIssued).toBe(1)
  })

  it('describes itself to MSAL', async () => {
    const simulator = await createGraphSimulator()
    const answer = await simulator.inject({
      url: `/${SIMULATED_TENANT_ID}/v2.0/.well-known/openid-configuration`,
      headers: { host: 'localhost:5010' },
    })
    expect(answer.json()).toMatchObject({
      issuer: `https://localhost:5010/${SIMULATED_TENANT_ID}/v2.0`,
      token_endpoint: `https://localhost:5010/${SIMULATED_TENANT_ID}/oauth2/v2.0/token`,
    })
  })

  it.each([
    { why: 'a wrong secret', form: { client_secret: 'wrong' }, status: 401, error: 'invalid_client', code: 7000215 },
    { why: 'an expired secret', form: { client_secret: 'old' }, status: 401, error: 'invalid_client', code: 7000222 },
    { why: 'an unknown client', form: { client_id: 'nobody' }, status: 400, error: 'unauthorized_client', code: 700016 },
    { why: 'a scope without /.default', form: { scope: 'User.Read' }, status: 400, error: 'invalid_scope', code: 1002012 },
    { why: 'another grant', form: { grant_type: 'password' }, status: 400, error: 'unsupported_grant_type', code: 70003 },
    { why: 'a tenant that is not there', tenant: 'elsewhere', form: {}, status: 400, error: 'invalid_request', code: 90002 },
  ])('refuses $why with AADSTS$code', async ({ form, tenant, status, error, code }) => {
    const clients = [{ clientId: SIMULATED_CLIENT_ID, secrets: [SIMULATED_CLIENT_SECRET], expiredSecrets: ['old'] }]
    const { simulator } = await createTestTenant({ clients })
    const answer = await requestToken({ simulator, form, ...(tenant === undefined ? {} : { tenant }) })
    expect(answer.status).toBe(status)
    expect(answer.body).toEqual({
      error,
      error_description: expect.stringMatching(
        new RegExp(`^AADSTS${code}: .+ Trace ID: .+ Correlation ID: .+ Timestamp: 2027-03-01 08:00:00Z$`),
      ),
      error_codes: [code],
      timestamp: '2027-03-01 08:00:00Z',
      trace_id: expect.any(String),
      correlation_id: expect.any(String),
      error_uri: `https://login.microsoftonline.com/error?code=${code}`,
    })
  })
})

describe('a signed assertion', () => {
  const soon = Date.parse('2027-03-01T08:05:00Z') / 1000
  const audience = `https://localhost:5010/${SIMULATED_TENANT_ID}/oauth2/v2.0/token`
  const good = { iss: SIMULATED_CLIENT_ID, sub: SIMULATED_CLIENT_ID, aud: audience, exp: soon }
  let own: { certificate: string; key: string }
  let other: { certificate: string; key: string }
  beforeAll(async () => {
    own = await createClientCertificate()
    other = await createClientCertificate()
  })

  function signed({ key, claims }: { key: string; claims: Record<string, unknown> }): string {
    const [header, body] = [{ alg: 'RS256', typ: 'JWT' }, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    return `${header}.${body}.${sign('sha256', Buffer.from(`${header}.${body}`), key).toString('base64url')}`
  }
  async function present({ assertion, certificate }: { assertion: string; certificate?: string }) {
    const clients = [{ clientId: SIMULATED_CLIENT_ID, secrets: [], certificate }]
    const { simulator } = await createTestTenant({ clients })
    const form = { client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer', client_assertion: assertion }
    return requestToken({ simulator, form })
  }

  it('buys a token where its certificate is registered', async () => {
    expect((await present({ assertion: signed({ key: own.key, claims: good }), certificate: own.certificate })).status).toBe(200)
  })

  it.each([
    { why: 'by another key', code: 700027, key: () => other.key, claims: {} },
    { why: 'in another application’s name', code: 700027, key: () => own.key, claims: { iss: 'somebody' } },
    { why: 'for another tenant', code: 700023, key: () => own.key, claims: { aud: 'https://localhost/elsewhere/oauth2/v2.0/token' } },
    { why: 'too long ago', code: 700024, key: () => own.key, claims: { exp: soon - 3600 } },
  ])('signed $why is refused with AADSTS$code', async ({ code, key, claims }) => {
    const answer = await present({ assertion: signed({ key: key(), claims: { ...good, ...claims } }), certificate: own.certificate })
    expect({ status: answer.status, codes: answer.body.error_codes }).toEqual({ status: 401, codes: [code] })
  })

  it('is refused where no certificate is registered, and where it is no JWT', async () => {
    expect((await present({ assertion: signed({ key: own.key, claims: good }) })).body.error_codes).toEqual([700027])
    expect((await present({ assertion: 'a.b.c', certificate: own.certificate })).body.error_codes).toEqual([700027])
  })
})

describe('a bearer token', () => {
  it('opens Graph until it expires', async () => {
    const { call, clock } = await createTestTenant()
    clock.advance(3_598_000)
    expect((await call({ path: '/users' })).status).toBe(200)
    clock.advance(1_000)
    const late = await call({ path: '/users' })
    expect(errorOf(late)).toEqual({
      status: 401,
      code: 'InvalidAuthenticationToken',
      message: 'Lifetime validation failed, the token is expired.',
    })
  })

  it('is refused when it is missing or was never issued, and the refused write leaves nothing', async () => {
    const { call, simulator } = await createTestTenant()
    const path = '/users'
    const missing = await call({ method: 'POST', path, body: newUser('a'), headers: { authorization: '' } })
    expect(errorOf(missing)).toEqual({ status: 401, code: 'InvalidAuthenticationToken', message: 'Access token is empty.' })
    const unknown = await call({ method: 'POST', path, body: newUser('a'), token: 'made-up' })
    expect(errorOf(unknown)).toEqual({ status: 401, code: 'InvalidAuthenticationToken', message: 'Access token validation failure.' })
    expect(simulator.state().totals.users).toBe(0)
  })

  it('can be expired with all others, and a new one opens Graph again', async () => {
    const { call, simulator, token } = await createTestTenant()
    simulator.expireTokens()
    expect((await call({ path: '/users' })).status).toBe(401)
    expect((await call({ path: '/users', token: await token() })).status).toBe(200)
  })
})

describe('tracing', () => {
  it('names every request and echoes the caller’s own id, in headers and in errors', async () => {
    const { call } = await createTestTenant()
    const answer = await call({ path: '/users/nobody@edu.example', headers: { 'client-request-id': 'mine' } })
    expect(answer.headers['client-request-id']).toBe('mine')
    expect(answer.body.error).toEqual({
      code: 'Request_ResourceNotFound',
      message: "Resource 'nobody@edu.example' does not exist or one of its queried reference-property objects are not present.",
      innerError: { date: '2027-03-01T08:00:00', 'request-id': answer.headers['request-id'], 'client-request-id': 'mine' },
    })
  })
})
