// Who is asking, and may they? What must always hold: a route that does not say who may use it does not start; a session is worth as much as the
// key that it was begun with is worth now; and a request that changes something comes from one of our own pages, in the session it was made for.
import type { KeyRing } from '@rollcall/database'
import { TerminalError } from '@rollcall/engine'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { BOARD_TOKEN_HEADER, type Cookies } from '../auth/cookies.ts'
import { type Access, dashboardRole, mayDo, type Operator } from '../auth/operator.ts'
import { isSameText } from '../auth/secret-text.ts'
import type { Sessions } from '../auth/sessions.ts'
import type { Site } from '../auth/site.ts'
import { CSRF_FIELD } from '../pages/layout.ts'
import { dashboardErrors } from '../problems/dashboard-errors.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** `public`: for everybody. */
    admits?: Access | 'public'
    /** What it answers: a page for a person, JSON for Bull Board's page, or a file. @defaultValue page */
    answers?: 'page' | 'board' | 'file'
  }
  interface FastifyRequest {
    /** Known on every route that is not public. */
    operator: Operator | null
  }
}

export interface AuthenticationDeps {
  readonly sessions: Sessions
  readonly keyRing: KeyRing
  readonly cookies: Cookies
  readonly site: Site
}

const CHANGES_NOTHING = ['GET', 'HEAD']

export const authentication = fp(
  async (app: FastifyInstance, { sessions, keyRing, cookies, site }: AuthenticationDeps) => {
    app.decorateRequest('operator', null)
    app.addHook('onRoute', ({ config, method, url }) => {
      if (config?.admits === undefined) throw new Error(`The route ${method} ${url} does not say who may use it.`)
    })

    app.addHook('onRequest', async (request) => {
      const { admits } = request.routeOptions.config
      if (request.is404 || isHealth(request)) return
      if (!site.servesHost(request.headers.host)) throw new TerminalError(dashboardErrors.WRONG_HOST)
      if (changesSomething(request)) assertOwnPage(request, site)
      if (admits === undefined || admits === 'public') return
      request.operator = await operatorOf(request)
      if (!request.operator) throw new TerminalError(dashboardErrors.NOT_LOGGED_IN)
      if (mayDo(request.operator, admits)) return
      const { name, role } = request.operator
      request.log.warn({ operator: name, role, needed: admits }, 'an operator asked for what the role may not do')
      throw new TerminalError(dashboardErrors.ROLE_REFUSED, `It is ${role}.`)
    })

    app.addHook('preHandler', async (request) => {
      if (!request.operator || !changesSomething(request)) return
      if (!isSameText(tokenOf(request), request.operator.csrfToken)) throw new TerminalError(dashboardErrors.FOREIGN_REQUEST)
    })

    async function operatorOf(request: FastifyRequest): Promise<Operator | null> {
      const id = request.cookies[cookies.session]
      if (id === undefined) return null
      // Bull Board's page asks again every few seconds, whether or not anybody looks at it.
      const isPerson = changesSomething(request) || (request.routeOptions.config.answers ?? 'page') === 'page'
      const session = await sessions.find(id, isPerson)
      if (!session) return null
      const key = await keyRing.find(session.keyHash)
      const role = key && dashboardRole(key.role)
      if (key && role) return { name: key.name, role, keyId: key.id, csrfToken: session.csrfToken }
      request.log.info({ operator: session.name }, 'a session ended with its key')
      await sessions.end(id)
      return null
    }
  },
  { name: 'authentication', dependencies: ['@fastify/cookie'] },
)

function isHealth({ routeOptions }: FastifyRequest): boolean {
  return routeOptions.config.quiet === true
}

function changesSomething({ method }: FastifyRequest): boolean {
  return !CHANGES_NOTHING.includes(method)
}

/** @throws TerminalError FOREIGN_REQUEST */
function assertOwnPage({ headers }: Pick<FastifyRequest, 'headers'>, site: Site): void {
  const { host, origin, 'sec-fetch-site': fetchSite } = headers
  // Browsers say where a request comes from in one of these at least, and no page can change what they say.
  const isForeign =
    (origin !== undefined && !site.isOwnOrigin({ origin, host })) || (fetchSite !== undefined && fetchSite !== 'same-origin')
  if (isForeign || (origin === undefined && fetchSite === undefined)) throw new TerminalError(dashboardErrors.FOREIGN_REQUEST)
}

function tokenOf({ body, headers }: FastifyRequest): string {
  const header = headers[BOARD_TOKEN_HEADER]
  if (typeof header === 'string') return header
  const field: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, CSRF_FIELD) : undefined
  return typeof field === 'string' ? field : ''
}

/** @throws Error on a public route: nobody is known there */
export function operatorOf({ operator }: FastifyRequest): Operator {
  if (!operator) throw new Error('A public route asked who is logged in.')
  return operator
}
