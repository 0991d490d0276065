import type { FastifyInstance } from 'fastify'
import type { Cookies } from '../auth/cookies.ts'
import { BOARD_OPTIONS } from './board-options.ts'
import { captureBoard } from './capture-board.ts'
import { LedgerQueueAdapter } from './ledger-queue-adapter.ts'
import { type BoardApiDeps, serveBoardApi } from './serve-board-api.ts'
import { serveBoardFiles } from './serve-board-files.ts'
import { serveBoardPage } from './serve-board-page.ts'

/** Bull Board under /queues, over every queue of every process. */
export async function registerBoard(
  app: FastifyInstance,
  { cookies, ...deps }: BoardApiDeps & { readonly cookies: Cookies },
): Promise<void> {
  const queues = [...deps.dispatcher.queues.values()].map((queue) => new LedgerQueueAdapter({ queue, retry: null }))
  const board = captureBoard({ queues, options: BOARD_OPTIONS })
  await serveBoardPage(app, { board, cookies })
  serveBoardFiles(app, board)
  serveBoardApi(app, board, deps)
}
