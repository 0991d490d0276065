// Who is asking, and may they? What must always hold: a route that does not say who may use it does not start, and a key is judged before
// anything of the request's body is read.
import type { FastifyInstance, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { hashApiKey } from '../api-key.ts'
import { httpErrors } from './http-errors.ts'
import { refusal } from './problem.ts'
import type { RequestLimits } from './request-limits.ts'
import type { RequestMetrics } from './request-metrics.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** A word of the app's access table, or `public`: for everybody. */
    access?: string
  }
  interface FastifyRequest {
    /** Known on every route that is not public. */
    caller: Caller | null
  }
}

const HASH_SHOWN = 8

/** Who sent a request: the name and role of its key. */
export interface Caller {
  readonly name: string
  readonly role: string
}

/** Per word that a route may ask for, the roles that may do it. */
export type AccessTable = Readonly<Record<string, readonly string[]>>

export interface AuthenticationOptions {
  readonly access: AccessTable
  /** Finds a key that is valid now by its SHA-256, hex. */
  readonly keyRing: { find(hash: string): Promise<Caller | null> }
  readonly limits: RequestLimits
  readonly metrics: Pick<RequestMetrics, 'authFailures'>
}

export const authentication = fp(
  async (app: FastifyInstance, { access: table, keyRing, limits, metrics }: AuthenticationOptions) => {
    /** Hashes of keys that were valid once: as many as there are keys. */
    const knownOnce = new Set<string>()
    app.decorateRequest('caller', null)
    app.addHook('onRoute', ({ config, method, url }) => {
      const access = config?.access
      if (access === undefined) throw new Error(`The route ${method} ${url} does not say who may use it.`)
      if (access !== 'public' && !Object.hasOwn(table, access))
        throw new Error(`The route ${method} ${url} asks for an access that nobody has: ${access}.`)
    })
    app.addHook('onRequest', async (request) => {
      const { access } = request.routeOptions.config
      if (request.is404 || access === undefined || access === 'public') return
      const caller = await authenticate(request)
      request.caller = caller
      await limits.assertMayAsk(request, caller.name)
      const allowed = table[access] ?? []
      if (allowed.includes(caller.role)) return
      metrics.authFailures.inc({ reason: 'forbidden' })
      request.log.warn({ caller: caller.name, role: caller.role, access }, 'a key was used for what its role may not do')
      const detail = `Its role is ${caller.role}; this needs ${allowed.join(' or ')}.`
      throw refusal(httpErrors.FORBIDDEN, { detail })
    })

    async function authenticate(request: FastifyRequest): Promise<Caller> {
      const sent = keyOf(request)
      if (sent === null) {
        metrics.authFailures.inc({ reason: 'no_key' })
        request.log.warn('a request came without a key')
        const detail = 'Send the key as "Authorization: Bearer <key>" or as "X-API-KEY: <key>".'
        throw refusal(httpErrors.UNAUTHENTICATED, { detail }, { 'www-authenticate': 'Bearer realm="rollcall"' })
      }
      const hash = hashApiKey(sent)
      // Behind a proxy, whoever guesses may have the same address as everybody else.
      if (!knownOnce.has(hash)) await limits.assertMayTry(request)
      const key = await keyRing.find(hash)
      if (key) {
        knownOnce.add(hash)
        return { name: key.name, role: key.role }
      }
      knownOnce.delete(hash)
      metrics.authFailures.inc({ reason: 'wrong_key' })
      await limits.countFailure(request)
      request.log.warn({ keyHash: hash.slice(0, HASH_SHOWN) }, 'a request came with a key that is not valid')
      throw refusal(httpErrors.UNAUTHENTICATED, {}, { 'www-authenticate': 'Bearer realm="rollcall", error="invalid_token"' })
    }
  },
  { name: 'authentication' },
)

/** A bearer token goes before X-API-KEY. */
function keyOf({ headers }: FastifyRequest): string | null {
  const bearer = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1]
  const apiKey = headers['x-api-key']
  return bearer ?? (typeof apiKey === 'string' && apiKey !== '' ? apiKey : null)
}

/** @throws Error on a public route: nobody is known there */
export function callerOf({ caller }: FastifyRequest): Caller {
  if (!caller) throw new Error('A public route asked for its caller.')
  return caller
}
