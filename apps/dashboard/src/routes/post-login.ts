import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { BOARD_TOKEN_COOKIE, type Cookies } from '../auth/cookies.ts'
import { type LogInDeps, logIn } from '../auth/log-in.ts'
import { ownPath } from '../auth/own-path.ts'
import { isSameText } from '../auth/secret-text.ts'
import { CSRF_FIELD } from '../pages/layout.ts'
import { dashboardErrors } from '../problems/dashboard-errors.ts'
import { sendLoginPage } from './get-login.ts'

const Form = z.object({
  name: z.string().trim().min(1).max(100),
  key: z.string().trim().min(1).max(200),
  next: z.string().max(2_000).catch('/').default('/'),
  [CSRF_FIELD]: z.string(),
})

export function postLogin(app: FastifyInstance, { cookies, ...deps }: LogInDeps & { readonly cookies: Cookies }): void {
  app.post('/login', { config: { admits: 'public' } }, async (request, reply) => {
    const form = Form.safeParse(request.body)
    const next = ownPath(form.data?.next ?? '/')
    const refuse = ({ httpStatus, sentence }: { readonly httpStatus: number; readonly sentence: string }) =>
      sendLoginPage({ request, reply: reply.code(httpStatus), cookies, next, problem: sentence })

    if (!form.success) return refuse(dashboardErrors.LOGIN_REFUSED)
    const token = request.cookies[cookies.login]
    if (token === undefined || !isSameText(form.data[CSRF_FIELD], token)) {
      return refuse({ ...dashboardErrors.FOREIGN_REQUEST, sentence: 'The page was too old, or cookies are off. Please try again.' })
    }
    const { name, key } = form.data
    const result = await logIn({ name, key, address: request.ip, log: request.log }, deps)
    if (result.kind === 'refused') {
      request.refusedAs = result.because.code
      return refuse({ ...result.because, sentence: adviceOf(result.because) })
    }
    const former = request.cookies[cookies.session]
    if (former !== undefined) await deps.sessions.end(former)
    return reply
      .clearCookie(cookies.login, cookies.hidden)
      .setCookie(cookies.session, result.id, cookies.hidden)
      .setCookie(BOARD_TOKEN_COOKIE, result.session.csrfToken, cookies.readable)
      .redirect(next, 303)
  })
}

function adviceOf({ sentence, runbook }: { readonly sentence: string; readonly runbook: string }): string {
  return `${sentence} ${runbook}`
}
