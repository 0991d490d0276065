import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { BOARD_TOKEN_COOKIE, type Cookies } from '../auth/cookies.ts'
import { operatorOf } from '../plugins/authentication.ts'
import { BOARD_POLICY } from '../plugins/security-headers.ts'
import { BOARD_BASE } from './board-options.ts'
import { jsonForPage, readBoardTemplate } from './board-page.ts'
import type { CapturedBoard } from './capture-board.ts'

const BADGE = { color: '#0b57a4', textColor: '#ffffff' }

/** One page for all of its addresses: it finds its way by itself. */
export async function serveBoardPage(
  app: FastifyInstance,
  { board, cookies }: { readonly board: CapturedBoard; readonly cookies: Cookies },
): Promise<void> {
  const template = readBoardTemplate(await readFile(join(board.views, 'index.ejs'), 'utf8'))
  const { favIcon } = board.uiConfig
  for (const path of board.entryPaths) {
    app.get(`${BOARD_BASE}${path}`, { config: { admits: 'read' }, helmet: BOARD_POLICY }, async (request, reply) => {
      const { name, role, csrfToken } = operatorOf(request)
      const page = template({
        basePath: `${BOARD_BASE}/`,
        title: 'Queues – Rollcall',
        favIconDefault: favIcon?.default ?? '',
        favIconAlternative: favIcon?.alternative ?? '',
        uiConfig: jsonForPage({ ...board.uiConfig, environment: { label: `${name} (${role})`, ...BADGE } }),
      })
      return reply.setCookie(BOARD_TOKEN_COOKIE, csrfToken, cookies.readable).type('text/html; charset=utf-8').send(page)
    })
  }
  app.get(BOARD_BASE, { config: { admits: 'read' } }, (_request, reply) => reply.redirect(`${BOARD_BASE}/`, 303))
}
