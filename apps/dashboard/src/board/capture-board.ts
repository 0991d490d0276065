import { createBullBoard } from '@bull-board/api'
import type { BaseAdapter } from '@bull-board/api/baseAdapter'
import type { BoardOptions, IServerAdapter, UIConfig } from '@bull-board/api/typings/app'

type ApiRoutes = Parameters<IServerAdapter['setApiRoutes']>[0]
type EntryRoute = Parameters<IServerAdapter['setEntryRoute']>[0]

/** What Bull Board hands to the server that is to serve it. */
export interface CapturedBoard {
  readonly apiRoutes: ApiRoutes
  readonly entryPaths: readonly string[]
  /** The folder of index.ejs. */
  readonly views: string
  /** The folder of scripts, styles, pictures and texts. */
  readonly statics: string
  readonly uiConfig: UIConfig
}

/**
 * Bull Board without a server: its own Fastify plugin knows neither who is asking nor which of its routes they may use.
 * @param queues for what it derives from them once; each request brings its own
 */
export function captureBoard({
  queues,
  options,
}: {
  readonly queues: readonly BaseAdapter[]
  readonly options: BoardOptions
}): CapturedBoard {
  const found: { apiRoutes: ApiRoutes; entry: EntryRoute | null; views: string; statics: string; uiConfig: UIConfig } = {
    apiRoutes: [],
    entry: null,
    views: '',
    statics: '',
    uiConfig: {},
  }
  const server: IServerAdapter = {
    setQueues: () => server,
    setErrorHandler: () => server,
    setViewsPath(path) {
      found.views = path
      return server
    },
    setStaticPath(_route, path) {
      found.statics = path
      return server
    },
    setEntryRoute(route) {
      found.entry = route
      return server
    },
    setApiRoutes(routes) {
      found.apiRoutes = routes
      return server
    },
    setUIConfig(config) {
      found.uiConfig = config
      return server
    },
  }
  createBullBoard({ queues: [...queues], serverAdapter: server, options })
  const { entry, ...board } = found
  return { ...board, entryPaths: entry ? [entry.route].flat() : [] }
}
