/*
 * Entra's token endpoint for the client credentials grant: a secret or a signed assertion buys an opaque token.
 * Refusals carry Entra's numbers (AADSTS…), which is what clients and operators look at.
 */
import { constants, randomUUID, verify, X509Certificate } from 'node:crypto'
import { z } from 'zod'
import type { SimulatorClock } from '../clock.ts'
import type { Tokens } from './create-tokens.ts'

export interface ClientRegistration {
  readonly clientId: string
  readonly secrets: readonly string[]
  readonly expiredSecrets?: readonly string[] | undefined
  /** PEM of the public certificate whose key signs client assertions. */
  readonly certificate?: string | undefined
}

export interface TokenAnswer {
  readonly status: number
  readonly body: Record<string, unknown>
}

interface Refusal {
  readonly status: number
  readonly error: string
  readonly code: number
  readonly text: string
}

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
const AssertionHeader = z.object({ alg: z.enum(['RS256', 'PS256']) })
const AssertionClaims = z.object({ iss: z.string(), sub: z.string(), aud: z.string(), exp: z.number(), nbf: z.number().optional() })

export interface TokenEndpoint {
  readonly tenantId: string
  readonly clients: readonly ClientRegistration[]
  readonly tokens: Tokens
  readonly clock: SimulatorClock
}

export function answerToken({ endpoint, tenant, form }: { endpoint: TokenEndpoint; tenant: string; form: URLSearchParams }): TokenAnswer {
  const refusal = findRefusal({ endpoint, tenant, form })
  if (refusal !== undefined) return refuse({ refusal, clock: endpoint.clock, correlationId: form.get('client-request-id') ?? randomUUID() })
  const { accessToken, expiresInSeconds } = endpoint.tokens.issue(form.get('client_id') ?? '')
  return {
    status: 200,
    body: { token_type: 'Bearer', expires_in: expiresInSeconds, ext_expires_in: expiresInSeconds, access_token: accessToken },
  }
}

function findRefusal({ endpoint, tenant, form }: { endpoint: TokenEndpoint; tenant: string; form: URLSearchParams }): Refusal | undefined {
  if (tenant.toLowerCase() !== endpoint.tenantId.toLowerCase()) {
    const text = `Tenant '${tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant.`
    return { status: 400, error: 'invalid_request', code: 90002, text }
  }
  if (form.get('grant_type') !== 'client_credentials') {
    return {
      status: 400,
      error: 'unsupported_grant_type',
      code: 70003,
      text: `The app requested an unsupported grant type '${form.get('grant_type')}'.`,
    }
  }
  const clientId = form.get('client_id') ?? ''
  const client = endpoint.clients.find((candidate) => candidate.clientId === clientId)
  if (client === undefined) {
    const text = `Application with identifier '${clientId}' was not found in the directory '${endpoint.tenantId}'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant.`
    return { status: 400, error: 'unauthorized_client', code: 700016, text }
  }
  const scope = form.get('scope') ?? ''
  if (!scope.split(' ').some((part) => part.endsWith('/.default'))) {
    const text = `The provided value for scope ${scope} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).`
    return { status: 400, error: 'invalid_scope', code: 1002012, text }
  }
  return checkCredential({ endpoint, client, form })
}

function checkCredential({
  endpoint,
  client,
  form,
}: {
  endpoint: TokenEndpoint
  client: ClientRegistration
  form: URLSearchParams
}): Refusal | undefined {
  const secret = form.get('client_secret')
  const assertion = form.get('client_assertion')
  if (assertion !== null && form.get('client_assertion_type') === ASSERTION_TYPE) return checkAssertion({ endpoint, client, assertion })
  if (secret === null) {
    const text = "The request body must contain the following parameter: 'client_assertion' or 'client_secret'."
    return { status: 401, error: 'invalid_client', code: 7000218, text }
  }
  if (client.secrets.includes(secret)) return undefined
  if (client.expiredSecrets?.includes(secret) === true) {
    const text = `The provided client secret keys for app '${client.clientId}' are expired. Visit the Azure portal to create new keys for your app: https://aka.ms/NewClientSecret, or consider using certificate credentials for added security: https://aka.ms/certCreds.`
    return { status: 401, error: 'invalid_client', code: 7000222, text }
  }
  const text = `Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '${client.clientId}'.`
  return { status: 401, error: 'invalid_client', code: 7000215, text }
}

function checkAssertion({
  endpoint,
  client,
  assertion,
}: {
  endpoint: TokenEndpoint
  client: ClientRegistration
  assertion: string
}): Refusal | undefined {
  const badSignature: Refusal = {
    status: 401,
    error: 'invalid_client',
    code: 700027,
    text: 'Client assertion failed signature validation.',
  }
  const [header = '', claims = '', signature = ''] = assertion.split('.')
  const parsedHeader = AssertionHeader.safeParse(decodeJson(header))
  const parsedClaims = AssertionClaims.safeParse(decodeJson(claims))
  if (client.certificate === undefined || !parsedHeader.success || !parsedClaims.success) return badSignature
  const key = new X509Certificate(client.certificate).publicKey
  const padding = parsedHeader.data.alg === 'PS256' ? constants.RSA_PKCS1_PSS_PADDING : constants.RSA_PKCS1_PADDING
  const signed = Buffer.from(`${header}.${claims}`)
  if (!verify('sha256', signed, { key, padding, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }, Buffer.from(signature, 'base64url')))
    return badSignature
  const { iss, sub, aud, exp, nbf } = parsedClaims.data
  if (iss !== client.clientId || sub !== client.clientId) return badSignature
  if (!aud.includes(`/${endpoint.tenantId}/`)) {
    return { status: 401, error: 'invalid_client', code: 700023, text: 'Client assertion audience claim does not match Realm issuer.' }
  }
  const seconds = endpoint.clock.now() / 1000
  if (exp > seconds && (nbf ?? 0) <= seconds + 300) return undefined
  return { status: 401, error: 'invalid_client', code: 700024, text: 'Client assertion is not within its valid time range.' }
}

function refuse({ refusal, clock, correlationId }: { refusal: Refusal; clock: SimulatorClock; correlationId: string }): TokenAnswer {
  const traceId = randomUUID()
  const timestamp = `${new Date(clock.now()).toISOString().slice(0, 19).replace('T', ' ')}Z`
  const description = `AADSTS${refusal.code}: ${refusal.text} Trace ID: ${traceId} Correlation ID: ${correlationId} Timestamp: ${timestamp}`
  return {
    status: refusal.status,
    body: {
      error: refusal.error,
      error_description: description,
      error_codes: [refusal.code],
      timestamp,
      trace_id: traceId,
      correlation_id: correlationId,
      error_uri: `https://login.microsoftonline.com/error?code=${refusal.code}`,
    },
  }
}

function decodeJson(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
  } catch {
    // Not JSON is refused by the schema, like any other unusable assertion.
    return undefined
  }
}

/** What MSAL reads before it asks for its first token. */
export function openIdConfiguration({ origin, tenantId }: { origin: string; tenantId: string }): Record<string, unknown> {
  const base = `${origin}/${tenantId}`
  return {
    token_endpoint: `${base}/oauth2/v2.0/token`,
    token_endpoint_auth_methods_supported: ['client_secret_post', 'private_key_jwt'],
    jwks_uri: `${base}/discovery/v2.0/keys`,
    response_modes_supported: ['query', 'fragment', 'form_post'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
    response_types_supported: ['code', 'id_token', 'code id_token', 'id_token token'],
    scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
    issuer: `${base}/v2.0`,
    authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
    end_session_endpoint: `${base}/oauth2/v2.0/logout`,
    tenant_region_scope: 'EU',
    cloud_instance_name: 'microsoftonline.com',
  }
}
