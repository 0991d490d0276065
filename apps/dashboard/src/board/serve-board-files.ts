import { TerminalError } from '@rollcall/engine'
import type { FastifyInstance } from 'fastify'
import { dashboardErrors } from '../problems/dashboard-errors.ts'
import { BOARD_BASE } from './board-options.ts'
import { boardWords } from './board-words.ts'
import type { CapturedBoard } from './capture-board.ts'

const KEPT_S = 3_600

/** Scripts, styles, pictures, and its texts with ours laid over them. */
export function serveBoardFiles(app: FastifyInstance, { statics }: Pick<CapturedBoard, 'statics'>): void {
  app.get<{ Params: { language: string } }>(
    `${BOARD_BASE}/static/locales/:language/messages.json`,
    { config: { admits: 'read', answers: 'file' } },
    async ({ params }, reply) => {
      const words = await boardWords({ statics, language: params.language })
      if (!words) throw new TerminalError(dashboardErrors.PAGE_NOT_FOUND)
      return reply.send(words)
    },
  )
  app.get<{ Params: { '*': string } }>(`${BOARD_BASE}/static/*`, { config: { admits: 'read', answers: 'file' } }, ({ params }, reply) =>
    // Their names change with their content.
    reply.header('cache-control', `private, max-age=${KEPT_S}`).sendFile(params['*'], statics, { cacheControl: false }),
  )
}
