import type { BoardOptions } from '@bull-board/api/typings/app'

/** Where the dashboard serves Bull Board. */
export const BOARD_BASE = '/queues'

export const BOARD_OPTIONS: BoardOptions = {
  uiConfig: {
    boardTitle: 'Rollcall',
    miscLinks: [
      { text: 'Overview', url: '/' },
      { text: 'Runs', url: '/runs' },
      { text: 'Log out', url: '/logout' },
    ],
    hideDocsLink: true,
    hideRedisDetails: true,
    // Who works stands in the heartbeats; asked of Redis it would be a CLIENT LIST per queue every few seconds.
    showWorkers: false,
    overview: { groupByDelimiter: true },
    sortQueues: true,
    locale: { lng: 'en-US' },
  },
}
