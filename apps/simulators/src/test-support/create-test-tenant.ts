/* A simulated tenant on a clock that the test moves, called without sockets; every answer is held against the contract. */

import { SIMULATED_CLIENT_ID, SIMULATED_CLIENT_SECRET, SIMULATED_TENANT_ID } from '../graph/create-graph-core.ts'
import { createGraphSimulator, type GraphSimulator, type GraphSimulatorOptions } from '../graph/create-graph-simulator.ts'
import { createManualClock, type ManualClock } from './create-manual-clock.ts'
import { assertContract } from './graph-contract.ts'

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE'
export interface TestAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** `{}` where the answer has no body. */
  readonly body: Record<string, unknown>
}
export interface TestTenant {
  readonly simulator: GraphSimulator
  readonly clock: ManualClock
  call(request: { method?: Method; path: string; body?: unknown; headers?: Record<string, string>; token?: string }): Promise<TestAnswer>
  token(): Promise<string>
}

const DOMAIN = 'edu.example'

export async function createTestTenant(options: GraphSimulatorOptions = {}): Promise<TestTenant> {
  const clock = createManualClock()
  const simulator = await createGraphSimulator({ clock, ...options })
  const token = async () => {
    const answer = await requestToken({ simulator })
    return String(answer.body.access_token)
  }
  const standing = await token()
  return {
    simulator,
    clock,
    token,
    async call({ method = 'GET', path, body, headers = {}, token: own = standing }) {
      const answer = await simulator.inject({
        method,
        url: `/v1.0${path}`,
        headers: { authorization: `Bearer ${own}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
        ...(body === undefined ? {} : { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
      })
      const parsed = toAnswer({ status: answer.statusCode, headers: answer.headers, payload: answer.payload })
      if (answer.payload !== '' && path !== '/$batch') assertContract(parsed)
      return parsed
    },
  }
}

export async function requestToken(request: {
  simulator: GraphSimulator
  tenant?: string
  form?: Record<string, string>
}): Promise<TestAnswer> {
  const { simulator, tenant = SIMULATED_TENANT_ID, form = {} } = request
  const fields = {
    grant_type: 'client_credentials',
    client_id: SIMULATED_CLIENT_ID,
    client_secret: SIMULATED_CLIENT_SECRET,
    scope: 'https://graph.microsoft.com/.default',
    ...form,
  }
  const answer = await simulator.inject({
    method: 'POST',
    url: `/${tenant}/oauth2/v2.0/token`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: new URLSearchParams(fields).toString(),
  })
  return toAnswer({ status: answer.statusCode, headers: answer.headers, payload: answer.payload })
}

export function newUser(name: string, changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    accountEnabled: true,
    displayName: `Person ${name}`,
    mailNickname: name,
    userPrincipalName: `${name}@${DOMAIN}`,
    passwordProfile: { password: 'Correct-horse-7', forceChangePasswordNextSignIn: true },
    ...changes,
  }
}

export function newPupil({ name, personId }: { name: string; personId: string }): Record<string, unknown> {
  return newUser(name, { primaryRole: 'student', student: { externalId: personId, grade: '7' } })
}

/** The error of an answer without what differs from call to call. */
export function errorOf(answer: TestAnswer): { status: number; code: unknown; message: unknown; details?: unknown } {
  const error = Object(answer.body.error)
  return {
    status: answer.status,
    code: error.code,
    message: error.message,
    ...(error.details === undefined ? {} : { details: error.details }),
  }
}

function toAnswer(raw: { status: number; headers: Record<string, unknown>; payload: string }): TestAnswer {
  const headers = Object.fromEntries(Object.entries(raw.headers).map(([name, value]) => [name, String(value)]))
  return { status: raw.status, headers, body: raw.payload === '' ? {} : JSON.parse(raw.payload) }
}
