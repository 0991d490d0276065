// What becomes of each route of Bull Board's own API. What must always hold: a route that does not stand here is refused, so that a new release
// of Bull Board cannot bring an action that nobody has judged; a test holds this table and its routes equal.

export type BoardRule =
  /** It only looks; Bull Board's own handler answers. */
  | { readonly kind: 'look' }
  /** Replays the run of one failed job. */
  | { readonly kind: 'replay' }
  /** Replays the runs of all failed jobs of a queue. */
  | { readonly kind: 'replayAll' }
  /** Would make queue and ledger disagree, or do behind the ledger's back what it must know. */
  | { readonly kind: 'refuse'; readonly reason: string }

const look: BoardRule = { kind: 'look' }
const refuse = (reason: string): BoardRule => ({ kind: 'refuse', reason })

const JOBS_COME_FROM_LEDGER = 'Jobs are made from the ledger alone: send a request to the API, or replay a run.'
const JOBS_STAY = 'The ledger waits for this job, and reconcile would bring it back: cancel the run on its page instead.'
const TIMES_ARE_LEDGERS = 'When and in which order runs are worked stands in the ledger; a job that is changed here would be changed back.'
const DATA_IS_IDS = 'A job carries ids only; correct the input of the run with a replay through the API.'
const PAUSE_BY_RESOURCE =
  'A paused queue is lost with Redis and known to nobody: use `pnpm rollcall pause` instead, for one outside system or for all work.'
const BUDGETS_ARE_RESOURCES = 'How fast outside systems are used is settled per resource, for all queues together, in the settings.'
const SCHEDULES_ARE_SQL = 'Schedules live in SQL; what is changed here would be made anew from there.'

/** By `METHOD /path` as Bull Board declares it. */
export const BOARD_RULES: Readonly<Record<string, BoardRule>> = {
  'GET /api/redis/stats': look,
  'GET /api/queues': look,
  'GET /api/job-schedulers': look,
  'GET /api/queues/:queueName/metrics': look,
  'GET /api/queues/:queueName/default-job-options': look,
  'GET /api/queues/:queueName/workers': look,
  'GET /api/queues/:queueName/rate-limit': look,
  'GET /api/queues/:queueName/job-data-schema': look,
  'GET /api/queues/:queueName/:jobId/logs': look,
  'GET /api/queues/:queueName/:jobId/flow': look,
  'GET /api/queues/:queueName/:jobId': look,

  'PUT /api/queues/:queueName/:jobId/retry': { kind: 'replay' },
  'PUT /api/queues/:queueName/retry/:queueStatus': { kind: 'replayAll' },

  'POST /api/queues/:queueName/add': refuse(JOBS_COME_FROM_LEDGER),
  'PUT /api/queues/:queueName/promote': refuse(TIMES_ARE_LEDGERS),
  'PUT /api/queues/:queueName/:jobId/promote': refuse(TIMES_ARE_LEDGERS),
  'PATCH /api/queues/:queueName/:jobId/delay': refuse(TIMES_ARE_LEDGERS),
  'PATCH /api/queues/:queueName/:jobId/priority': refuse(TIMES_ARE_LEDGERS),
  'PATCH /api/queues/:queueName/:jobId/update-data': refuse(DATA_IS_IDS),
  'PUT /api/queues/:queueName/clean/:queueStatus': refuse(JOBS_STAY),
  'PUT /api/queues/:queueName/:jobId/clean': refuse(JOBS_STAY),
  'PUT /api/queues/:queueName/:jobId/remove-unprocessed-children': refuse(JOBS_STAY),
  'PUT /api/queues/:queueName/empty': refuse(JOBS_STAY),
  'PUT /api/queues/:queueName/obliterate': refuse(JOBS_STAY),
  'PUT /api/queues/pause': refuse(PAUSE_BY_RESOURCE),
  'PUT /api/queues/resume': refuse(PAUSE_BY_RESOURCE),
  'PUT /api/queues/:queueName/pause': refuse(PAUSE_BY_RESOURCE),
  'PUT /api/queues/:queueName/resume': refuse(PAUSE_BY_RESOURCE),
  'PUT /api/queues/:queueName/concurrency': refuse(BUDGETS_ARE_RESOURCES),
  'PUT /api/queues/:queueName/rate-limit': refuse(BUDGETS_ARE_RESOURCES),
  'PUT /api/queues/:queueName/rate-limit/release': refuse(BUDGETS_ARE_RESOURCES),
  'PUT /api/queues/:queueName/job-schedulers/:schedulerId/remove': refuse(SCHEDULES_ARE_SQL),
  'PATCH /api/queues/:queueName/job-schedulers/:schedulerId': refuse(SCHEDULES_ARE_SQL),
  'PUT /api/queues/:queueName/job-schedulers/:schedulerId/run': refuse(SCHEDULES_ARE_SQL),
}

export const UNJUDGED: BoardRule = refuse('This release of Bull Board has an action that Rollcall does not know.')

export function ruleOf({ method, path }: { readonly method: string; readonly path: string }): BoardRule {
  return BOARD_RULES[`${method} ${path}`] ?? UNJUDGED
}
