import { defineScenario } from '../harness/scenario.ts'
import { countFleet } from './count-fleet.ts'
import { countSqlServer, type SqlServerCounts } from './count-sql-server.ts'

const STUDENTS_ALONE = 30
const STUDENTS = 2_000
const POSTS_AT_ONCE = 200
const MANY = 200
const LOADED = { persist: MANY, create: MANY, poll: MANY }
/** What the apps take where nothing is set (apps/worker-*). */
const BY_DEFAULT = { persist: 50, create: 50, poll: 50 }

export const cost = defineScenario({
  name: 'cost',
  about: `one student with one school and two classes, from POST to persisted, counted. Under load: ${POSTS_AT_ONCE} requests of one student at once. SQL Server is a stand-in that answers after 2 ms; before it, API and workers share one process and nothing else`,
  figures: {
    sqlAll: { what: `requests to SQL Server under load, ${MANY} jobs at once per worker`, unit: '', wanted: { atMost: 6 } },
    sqlTransitions: { what: 'of those, transitions: read, commit, begin and end of transactions', unit: '', wanted: { atMost: 0.5 } },
    sqlOwn: { what: 'of those, reservations and the account’s own rows', unit: '' },
    sqlAccepting: { what: 'of those, taking the request in', unit: '' },
    sqlAllByDefault: { what: 'requests to SQL Server, 50 jobs at once per worker as they come', unit: '' },
    sqlTransitionsByDefault: { what: 'of those, transitions', unit: '' },
    sqlAlone: { what: 'requests to SQL Server for a student alone, when nothing is shared', unit: '', digits: 1 },
    statements: { what: 'SQLite statements in all processes, students one by one under load', unit: '', digits: 1 },
    redisCommands: { what: 'Redis commands, those inside scripts included', unit: '', digits: 0 },
    redisBytes: { what: 'Redis memory of a live run', unit: 'KB', wanted: { atMost: 1.5 } },
    graphHttpRequests: { what: 'Graph HTTP requests', unit: '' },
    graphCalls: { what: 'Graph calls, those inside a batch one by one', unit: '' },
    cpuMs: { what: 'CPU of API, workers and Redis', unit: 'ms' },
    redisCpuMs: { what: 'of that, Redis', unit: 'ms' },
    statementsOfMany: { what: 'SQLite statements, students in arrays of 250', unit: '', digits: 1 },
    redisCommandsOfMany: { what: 'Redis commands in arrays', unit: '', digits: 0 },
    graphHttpRequestsOfMany: { what: 'Graph HTTP requests in arrays', unit: '' },
    cpuMsOfMany: { what: 'CPU of API, workers and Redis in arrays', unit: 'ms' },
  },
  async measure(say) {
    say('SQL Server, a student alone')
    const alone = await countSqlServer({ students: STUDENTS_ALONE, postsAtOnce: 1, jobsAtOnce: BY_DEFAULT })
    say('SQL Server under load')
    const loaded = await countSqlServer({ students: STUDENTS, postsAtOnce: POSTS_AT_ONCE, jobsAtOnce: LOADED })
    const byDefault = await countSqlServer({ students: STUDENTS, postsAtOnce: POSTS_AT_ONCE, jobsAtOnce: BY_DEFAULT })
    const { arrays, redisBytesPerLiveRun, single } = await countFleet(say)
    return {
      sqlAll: all(loaded),
      sqlTransitions: loaded.transitions,
      sqlOwn: loaded.accounts + loaded.reservations,
      sqlAccepting: loaded.accepting,
      sqlAllByDefault: all(byDefault),
      sqlTransitionsByDefault: byDefault.transitions,
      sqlAlone: all(alone),
      statements: single.statements,
      redisCommands: single.redisCommands,
      redisBytes: redisBytesPerLiveRun / 1_024,
      graphHttpRequests: single.graphHttpRequests,
      graphCalls: single.graphCalls,
      cpuMs: single.cpuMs,
      redisCpuMs: single.redisCpuMs,
      statementsOfMany: arrays.statements,
      redisCommandsOfMany: arrays.redisCommands,
      graphHttpRequestsOfMany: arrays.graphHttpRequests,
      cpuMsOfMany: arrays.cpuMs,
    }
  },
})

function all(counts: SqlServerCounts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0)
}
