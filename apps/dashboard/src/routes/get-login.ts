import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Cookies } from '../auth/cookies.ts'
import { ownPath } from '../auth/own-path.ts'
import { randomToken } from '../auth/secret-text.ts'
import { loginPage } from '../pages/login-page.ts'

const Query = z.object({ next: z.string().max(2_000).catch('/').default('/') })

export function getLogin(app: FastifyInstance, { cookies }: { readonly cookies: Cookies }): void {
  app.get('/login', { config: { admits: 'public' } }, async (request, reply) => {
    const { next } = Query.parse(request.query)
    return sendLoginPage({ request, reply, cookies, next, problem: null })
  })
}

/** The form, tied by a token to the browser that gets it. */
export function sendLoginPage({
  request,
  reply,
  cookies,
  next,
  problem,
}: {
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  readonly cookies: Cookies
  readonly next: string
  readonly problem: string | null
}): FastifyReply {
  const csrfToken = request.cookies[cookies.login] ?? randomToken()
  reply.setCookie(cookies.login, csrfToken, cookies.hidden)
  return reply.type('text/html; charset=utf-8').send(loginPage({ csrfToken, next: ownPath(next), problem }))
}
