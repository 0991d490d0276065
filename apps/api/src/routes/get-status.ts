import { type Clock, type Closures, type Ledger, type ProcessDefinition, RUN_STATUSES, type RunQueries } from '@rollcall/engine'
import { type FleetHealth, within } from '@rollcall/platform'
import { keyProblems } from '@rollcall/platform/http'
import { z } from 'zod'
import type { Api } from '../api.ts'
import type { ApiDeps } from '../api-deps.ts'
import { ResourceView, resourceNames, resourceView } from '../resources/resource-view.ts'
import { isoOf } from '../runs/run-view.ts'

const DAY_MS = 86_400_000
const FLEET_TIMEOUT_MS = 2_000

const Status = z
  .object({
    at: z.iso.datetime(),
    backlog: z
      .array(
        z.object({
          process: z.string(),
          state: z.string(),
          status: z.enum(RUN_STATUSES),
          count: z.int(),
          oldestSince: z.iso.datetime().meta({ description: 'Since when the oldest of them stands in this state.' }),
        }),
      )
      .meta({ description: 'Runs that are not at their end, by process and state.' }),
    failures: z.object({
      since: z.iso.datetime(),
      counts: z.array(z.object({ process: z.string(), errorCode: z.string().nullable(), count: z.int() })),
    }),
    resources: z.array(ResourceView),
    workers: z
      .object({
        alive: z.array(
          z.object({
            worker: z.string(),
            instance: z.string(),
            lastBeatAt: z.iso.datetime(),
            startedAt: z.iso.datetime(),
            jobsInHand: z.int(),
            loopLagMs: z.number(),
          }),
        ),
        missing: z.array(z.string()).meta({ description: 'Workers of which no process beats.' }),
        silent: z
          .object({ worker: z.string(), state: z.string(), since: z.iso.datetime() })
          .nullable()
          .meta({ description: 'The worker that beats and takes no jobs: the canary is stuck with it.' }),
      })
      .nullable()
      .meta({ description: 'Null where Redis cannot be asked.' }),
  })
  .meta({ id: 'FleetStatus' })
type Status = z.infer<typeof Status>

export interface GetStatusDeps {
  readonly ledger: Pick<Ledger, 'backlog'>
  readonly queries: Pick<RunQueries, 'failuresSince'>
  readonly closures: Pick<Closures, 'list'>
  readonly readFleet: ApiDeps['readFleet']
  readonly processes: readonly ProcessDefinition[]
  readonly clock: Clock
}

export function getStatus(api: Api, { ledger, queries, closures, readFleet, processes, clock }: GetStatusDeps): void {
  api.get(
    '/status',
    {
      config: { access: 'observe' },
      schema: {
        tags: ['health'],
        summary: 'See how the whole fleet stands',
        description: 'Its backlog, what failed in the last day, what is closed, and which workers live.',
        response: { 200: Status, ...keyProblems },
      },
    },
    async ({ log }): Promise<Status> => {
      const now = clock.now()
      const since = now - DAY_MS
      const [backlog, failed, closed, fleet] = await Promise.all([
        ledger.backlog(),
        queries.failuresSince({ since, processes: processes.map(({ name }) => name) }),
        closures.list(),
        // Without Redis nothing is known of the workers; the rest stands in the ledger.
        within(FLEET_TIMEOUT_MS, 'heartbeats', readFleet()).catch((err: unknown) => {
          log.warn({ err }, 'the heartbeats could not be read')
          return null
        }),
      ])
      return {
        at: isoOf(now),
        backlog: backlog.map(({ oldestSince, ...row }) => ({ ...row, oldestSince: isoOf(oldestSince) })).sort(byName),
        failures: { since: isoOf(since), counts: failed.toSorted((a, b) => b.count - a.count) },
        resources: resourceNames(processes).map((name) => resourceView({ name, closures: closed })),
        workers: fleet && workersOf(fleet),
      }
    },
  )
}

function byName(a: Status['backlog'][number], b: Status['backlog'][number]): number {
  return a.process.localeCompare(b.process, 'en') || a.state.localeCompare(b.state, 'en') || a.status.localeCompare(b.status, 'en')
}

function workersOf({ heartbeats, missing, silent }: FleetHealth): NonNullable<Status['workers']> {
  return {
    alive: heartbeats.map(({ at, startedAt, ...beat }) => ({ ...beat, lastBeatAt: isoOf(at), startedAt: isoOf(startedAt) })),
    missing: [...missing],
    silent: silent && { ...silent, since: isoOf(silent.since) },
  }
}
