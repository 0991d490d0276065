/* HTTP for the simulated Graph: the token endpoint, /v1.0 and, apart from both, /simulator. */
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { registerAdmin } from './admin/register-admin.ts'
import { answerBatch } from './answer-batch.ts'
import { answerToken, openIdConfiguration } from './answer-token.ts'
import type { GraphCore } from './create-graph-core.ts'
import type { Outcome, Pipeline } from './create-pipeline.ts'
import type { Fault } from './fault-rule.ts'
import { GraphError } from './graph-error.ts'
import { graphErrors } from './graph-errors.ts'
import type { GraphRequest } from './operation.ts'

const PREFIX = '/v1.0'
const BODY_LIMIT = 4 * 1024 * 1024
/** Stands for a body that is no JSON; no parsed body is this symbol. */
const UNREADABLE = Symbol('unreadable')

export function createGraphApp(core: GraphCore): FastifyInstance {
  const app = fastify({ bodyLimit: BODY_LIMIT, routerOptions: { ignoreTrailingSlash: true } })
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body))
  countConnections({ app, core })
  registerTokenEndpoint({ app, core })
  registerGraph({ app, core })
  registerAdmin({ app, core })
  return app
}

function countConnections({ app, core }: { app: FastifyInstance; core: GraphCore }): void {
  app.addHook('onRequest', async (request, reply) => {
    if (!request.url.startsWith(PREFIX)) return
    core.counters.connectionOpened()
    reply.raw.once('close', () => core.counters.connectionClosed())
  })
}

function registerTokenEndpoint({ app, core }: { app: FastifyInstance; core: GraphCore }): void {
  app.get<{ Params: { tenant: string } }>('/:tenant/v2.0/.well-known/openid-configuration', async (request) =>
    openIdConfiguration({ origin: originOf(request), tenantId: request.params.tenant }),
  )
  app.post<{ Params: { tenant: string } }>('/:tenant/oauth2/v2.0/token', async (request, reply) => {
    const fault = core.faults.pick({
      method: 'POST',
      path: pathOf(request.url),
      body: undefined,
      isTokenRequest: true,
      upns: () => [],
      classIds: () => [],
    })
    if (fault !== undefined) core.counters.fault(fault.kind)
    if (fault?.kind === 'reset') return reset(reply, request)
    if (fault?.kind === 'slow') await core.clock.sleep(fault.ms)
    if (fault?.kind === 'throttle429')
      return reply
        .code(429)
        .header('Retry-After', String(Math.ceil(fault.retryAfterSeconds)))
        .send({ error: 'temporarily_unavailable' })
    if (fault?.kind === 'error') return reply.code(fault.status).send({ error: fault.code, error_description: fault.message })
    const form = new URLSearchParams(typeof request.body === 'string' ? request.body : '')
    const answer = answerToken({ endpoint: core.tokenEndpoint, tenant: request.params.tenant, form })
    if (answer.status === 200) core.counters.tokenIssued()
    return reply.code(answer.status).header('Cache-Control', 'no-store, no-cache').send(answer.body)
  })
}

function registerGraph({ app, core }: { app: FastifyInstance; core: GraphCore }): void {
  app.all(`${PREFIX}/*`, async (request, reply) => {
    const outcome = await answerGraph({ core, request })
    if (outcome.kind !== 'answer') return reset(reply, request)
    const { status, headers, body } = outcome.answer
    reply.code(status).headers(headers ?? {})
    return reply.send(body === undefined ? undefined : JSON.stringify(body))
  })
}

async function answerGraph({ core, request: raw }: { core: GraphCore; request: FastifyRequest }): Promise<Outcome> {
  const { pipeline } = core
  const request = readRequest(raw)
  try {
    const clientId = pipeline.clientOf(request)
    if (request.body === UNREADABLE) throw graphErrors.unreadableBody()
    if (request.path !== '/$batch') return await pipeline.answer({ request, clientId })
    if (request.method !== 'POST') throw graphErrors.methodNotAllowed()
    core.counters.batch()
    const fault = pipeline.pickFault(request)
    const work = (failure?: GraphError) => answerBatch({ pipeline, request, clientId, random: core.batchRandom, failure })
    return await performBatch({ pipeline, fault, request, work })
  } catch (error) {
    if (error instanceof GraphError) return pipeline.refuse({ error, request })
    throw error
  }
}

/** A failed dependency is the one fault of a batch that its items show instead of the batch itself. */
async function performBatch(batch: {
  pipeline: Pipeline
  fault: Fault | undefined
  request: GraphRequest
  work: (failure?: GraphError) => Promise<Outcome>
}): Promise<Outcome> {
  const { pipeline, fault, request, work } = batch
  try {
    return await pipeline.performUnder({ fault, request, work: () => work() })
  } catch (error) {
    if (fault?.kind === 'failedDependency' && error instanceof GraphError) return work(error)
    throw error
  }
}

function readRequest(raw: FastifyRequest): GraphRequest {
  const [path = '', query = ''] = raw.url.slice(PREFIX.length).split(/\?(.*)/s)
  const headers: Record<string, string | undefined> = {}
  for (const [name, value] of Object.entries(raw.headers)) headers[name] = Array.isArray(value) ? value.join(', ') : value
  return {
    method: raw.method,
    path: decodeDollar(path),
    query: new URLSearchParams(query),
    headers,
    body: readBody(raw.body),
    baseUrl: `${originOf(raw)}${PREFIX}`,
  }
}

function readBody(body: unknown): unknown {
  if (typeof body !== 'string' || body === '') return undefined
  try {
    return JSON.parse(body)
  } catch {
    return UNREADABLE
  }
}

/** Clients may encode the dollar of $ref and $batch. */
function decodeDollar(path: string): string {
  return path.replaceAll(/%24/gi, '$')
}

function pathOf(url: string): string {
  return url.split('?')[0] ?? ''
}

function originOf(request: FastifyRequest): string {
  return `https://${request.headers.host ?? 'localhost'}`
}

function reset(reply: FastifyReply, request: FastifyRequest): FastifyReply {
  reply.hijack()
  request.raw.socket.destroy()
  return reply
}
