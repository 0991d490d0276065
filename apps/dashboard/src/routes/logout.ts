import type { AuditLog } from '@rollcall/database'
import type { Clock } from '@rollcall/engine'
import type { FastifyInstance } from 'fastify'
import { BOARD_TOKEN_COOKIE, type Cookies } from '../auth/cookies.ts'
import type { Sessions } from '../auth/sessions.ts'
import { html } from '../pages/html.ts'
import { csrfField, layout } from '../pages/layout.ts'
import { operatorOf } from '../plugins/authentication.ts'

export interface LogoutDeps {
  readonly sessions: Sessions
  readonly cookies: Cookies
  readonly audit: AuditLog
  readonly clock: Clock
  readonly newId: () => string
}

/** The page is for Bull Board's menu, which can link but not send a form. */
export function logout(app: FastifyInstance, { sessions, cookies, audit, clock, newId }: LogoutDeps): void {
  app.get('/logout', { config: { admits: 'read' } }, async (request, reply) => {
    const operator = operatorOf(request)
    const main = html`<form class="card" method="post" action="/logout">${csrfField(operator)}
<p>You are logged in as ${operator.name}.</p><button type="submit">End the session</button></form>`
    return reply.type('text/html; charset=utf-8').send(layout({ title: 'Log out', operator, main }))
  })

  app.post('/logout', { config: { admits: 'read' } }, async (request, reply) => {
    const { name, keyId, role } = operatorOf(request)
    await sessions.end(request.cookies[cookies.session] ?? '')
    await audit.append({
      id: newId(),
      at: clock.now(),
      actor: name,
      action: 'dashboard.logout',
      targetType: 'apiKey',
      targetId: keyId,
      reason: 'logged out of the dashboard',
      details: { role },
    })
    return reply.clearCookie(cookies.session, cookies.hidden).clearCookie(BOARD_TOKEN_COOKIE, cookies.readable).redirect('/login', 303)
  })
}
