/*
 * The way of one Graph request: count, charge, fault, operate, answer. Items of a $batch take the same way one by one.
 * A fault that commits lets the operation run to its end and then hides the answer, as a lost gateway reply does.
 * Refusals are GraphErrors and become bodies here; anything else is a bug of the simulator and passes through.
 */
import { randomUUID } from 'node:crypto'
import type { SimulatorClock } from '../clock.ts'
import { costOf } from './costs.ts'
import type { Counters } from './create-counters.ts'
import type { Directory } from './create-directory.ts'
import type { Faults } from './create-faults.ts'
import type { Replication } from './create-replication.ts'
import { createRouter, type RouteMatch } from './create-router.ts'
import type { Throttle, Throttled } from './create-throttle.ts'
import type { Tokens } from './create-tokens.ts'
import { describeSubject } from './describe-subject.ts'
import type { Fault } from './fault-rule.ts'
import { GraphError } from './graph-error.ts'
import { graphErrors } from './graph-errors.ts'
import { type GraphAnswer, type GraphRequest, isProperties } from './operation.ts'
import { ROUTES } from './routes.ts'
import { showError, type Trace } from './show-error.ts'

/** `reset`: the caller's connection is to be cut without a word. `omitted`: done, and to be left out of its batch's answer. */
export type Outcome = { readonly kind: 'answer'; readonly answer: GraphAnswer } | { readonly kind: 'reset' } | { readonly kind: 'omitted' }

export interface PipelineParts {
  readonly clock: SimulatorClock
  readonly directory: Directory
  readonly replication: Replication
  readonly throttle: Throttle
  readonly faults: Faults
  readonly counters: Counters
  readonly tokens: Tokens
  readonly tenantId: string
  readonly verifiedDomains: ReadonlySet<string>
  /** Called after every write that changed the directory. */
  readonly onWrite: () => void
}

const CREATES = new Set(['POST /users', 'POST /education/users'])
const NEARLY_FULL = 0.8
const JSON_TYPE = 'application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8'
const UNKNOWN_ROUTE = 'unknown'

export type Pipeline = ReturnType<typeof createPipeline>

export function createPipeline(parts: PipelineParts) {
  const { clock, directory, throttle, faults, counters, tokens } = parts
  const route = createRouter(ROUTES)

  function operate({ match, request }: { match: RouteMatch; request: GraphRequest }): GraphAnswer {
    const { replication, verifiedDomains, tenantId } = parts
    const replica = replication.pickReplica()
    const answer = match.operation({
      request,
      parameters: match.parameters,
      replica,
      directory,
      replication,
      clock,
      verifiedDomains,
      tenantId,
    })
    if (request.method !== 'GET') parts.onWrite()
    if (CREATES.has(match.route)) counters.createCommitted(upnOf(request))
    return answer
  }

  function charge({ request, clientId, match }: { request: GraphRequest; clientId: string; match: RouteMatch }): number {
    const cost = costOf({ route: match.route, method: request.method, query: request.query, body: request.body })
    counters.request({ route: match.route, writes: cost.writes, isRetry: request.headers['retry-attempt'] !== undefined })
    if (CREATES.has(match.route)) counters.createTried(upnOf(request))
    const throttled = throttle.charge(cost)
    if (throttled !== undefined) throw graphErrors.tooManyRequests(throttleHeaders({ throttled, clientId, tenantId: parts.tenantId }))
    return cost.resourceUnits
  }

  /** Carries a fault out around the work, or just does the work. */
  async function performUnder({
    fault,
    request,
    work,
  }: {
    fault: Fault | undefined
    request: GraphRequest
    work: () => Promise<Outcome>
  }): Promise<Outcome> {
    if (fault === undefined) return work()
    counters.fault(fault.kind)
    switch (fault.kind) {
      case 'slow':
        await clock.sleep(fault.ms)
        return work()
      case 'commitThenSlow': {
        const outcome = await work()
        await clock.sleep(fault.ms)
        return outcome
      }
      case 'reset':
        return { kind: 'reset' }
      case 'commitThenReset':
        await settled(work)
        return { kind: 'reset' }
      case 'commitThen': {
        await settled(work)
        const plain = graphErrors.server(fault.status)
        throw new GraphError({ status: fault.status, code: fault.code ?? plain.code, message: fault.message ?? plain.message })
      }
      case 'omit':
        await settled(work)
        return { kind: 'omitted' }
      case 'failedDependency':
        throw graphErrors.failedDependency(retryAfter(fault.retryAfterSeconds))
      case 'expireTokens':
        tokens.expireAll()
        throw graphErrors.expiredToken()
      case 'throttle429':
        throw graphErrors.tooManyRequests(retryAfter(fault.retryAfterSeconds))
      case 'error':
        throw new GraphError({ ...fault, headers: retryAfter(fault.retryAfterSeconds) })
      case 'conflict':
        throw graphErrors.objectConflict({ property: 'userPrincipalName' })
      case 'concurrencyViolation':
        throw graphErrors.concurrencyViolation()
      case 'quotaExceeded':
        throw request.path.includes('members') ? graphErrors.memberQuota() : graphErrors.tenantQuota()
      case 'forbidden':
        throw graphErrors.forbidden()
    }
  }

  /** Answers one request that is already authorised. */
  async function answer({ request, clientId }: { request: GraphRequest; clientId: string }): Promise<Outcome> {
    const trace = traceOf({ request, clock })
    let units = 0
    try {
      const match = matchOrCount({ request })
      units = charge({ request, clientId, match })
      const fault = faults.pick(describeSubject({ request, directory }))
      const outcome = await performUnder({ fault, request, work: async () => ({ kind: 'answer', answer: operate({ match, request }) }) })
      return outcome.kind !== 'answer' ? outcome : complete({ answer: outcome.answer, trace, units })
    } catch (error) {
      if (!(error instanceof GraphError)) throw error
      if (error.status === 400 || error.status === 403) {
        throttle.refund(units)
        units = 0
      }
      return complete({ answer: { status: error.status, headers: error.headers, body: showError({ error, trace }) }, trace, units })
    }
  }

  function matchOrCount({ request }: { request: GraphRequest }): RouteMatch {
    try {
      return route(request)
    } catch (error) {
      counters.request({ route: UNKNOWN_ROUTE, writes: 0, isRetry: false })
      throw error
    }
  }

  function complete({ answer: bare, trace, units }: { answer: GraphAnswer; trace: Trace; units: number }): Outcome {
    counters.answered(bare.status)
    const fullness = throttle.fullness()
    const headers: Record<string, string> = {
      'Cache-Control': 'no-cache',
      'request-id': trace.requestId,
      'client-request-id': trace.clientRequestId,
      'x-ms-resource-unit': String(units),
      ...bare.headers,
    }
    if (bare.body !== undefined) headers['Content-Type'] = bare.status < 400 ? JSON_TYPE : 'application/json'
    if (bare.status < 400) headers['OData-Version'] = '4.0'
    if (fullness > NEARLY_FULL) headers['x-ms-throttle-limit-percentage'] = fullness.toFixed(1)
    return { kind: 'answer', answer: { ...bare, headers } }
  }

  return {
    answer,
    performUnder,
    /** A refusal in Graph's shape for what never reaches an operation: no token, an unreadable body. */
    refuse({ error, request }: { error: GraphError; request: GraphRequest }): Outcome {
      const trace = traceOf({ request, clock })
      return complete({ answer: { status: error.status, headers: error.headers, body: showError({ error, trace }) }, trace, units: 0 })
    },
    pickFault: (request: GraphRequest): Fault | undefined => faults.pick(describeSubject({ request, directory })),
    clientOf: (request: GraphRequest): string => tokens.clientOf(request.headers.authorization),
    counters,
  }
}

/** Runs the work for its effect; how it ended is exactly what a lost reply keeps from the caller. */
async function settled(work: () => Promise<Outcome>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!(error instanceof GraphError)) throw error
  }
}

function retryAfter(seconds: number | undefined): Record<string, string> {
  return seconds === undefined ? {} : { 'Retry-After': String(Math.ceil(seconds)) }
}

function throttleHeaders(refusal: { throttled: Throttled; clientId: string; tenantId: string }): Record<string, string> {
  const { throttled, clientId, tenantId } = refusal
  return {
    'Retry-After': String(throttled.retryAfterSeconds),
    'x-ms-throttle-scope': `Tenant_Application/${throttled.scope}/${clientId}/${tenantId}`,
    'x-ms-throttle-information': throttled.information,
  }
}

function traceOf({ request, clock }: { request: GraphRequest; clock: SimulatorClock }): Trace {
  const requestId = randomUUID()
  return { requestId, clientRequestId: request.headers['client-request-id'] ?? requestId, at: clock.now() }
}

function upnOf(request: GraphRequest): string {
  return isProperties(request.body) && typeof request.body.userPrincipalName === 'string' ? request.body.userPrincipalName : ''
}
