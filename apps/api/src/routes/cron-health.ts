import { describeCron } from '@rollcall/engine'
import { within } from '@rollcall/platform'
import { keyProblems } from '@rollcall/platform/http'
import { HEALTH_PARTS, HealthReport, healthCheck } from '@rollcall/status-sync'
import { z } from 'zod'
import type { Api } from '../api.ts'
import type { CronDeps } from '../cron/cron-deps.ts'
import { reportOf } from '../cron/run-result.ts'
import { isoOf } from '../runs/run-view.ts'

const PROBE_TIMEOUT_MS = 2_000
/** A check that is older than so many of its intervals says nothing of now. */
const INTERVALS_TRUSTED = 2
const CHECKS_LOOKED_AT = 10

const health = z.enum(['healthy', 'unhealthy', 'unknown'])
const Part = z.object({ status: health, tookMs: z.int().nullable() })

const CronHealth = z
  .object({
    status: health.meta({ description: 'healthy only where every part was asked, and answered.' }),
    askedAt: z.iso.datetime(),
    sql: Part.meta({ description: 'Asked just now.' }),
    redis: Part.meta({ description: 'Asked just now.' }),
    workers: z.object({
      status: health,
      silent: z.array(z.string()).meta({ description: 'Workers that have not been heard of for too long.' }),
    }),
    registrations: z
      .object({
        status: health,
        errorCode: z.string().nullable(),
        askedAt: z.iso.datetime().nullable(),
        isWatched: z.boolean().meta({
          description: 'Whether the schedule healthCheck is enabled. While it is not, nobody asks, and no alert says that nobody does.',
        }),
      })
      .meta({ description: 'What the latest health check found; unknown where that is too long ago.' }),
    lastCheck: z
      .object({ runUuid: z.string(), at: z.iso.datetime(), healthy: z.boolean(), parts: HealthReport.shape.parts })
      .nullable()
      .meta({
        description: `The latest run of the job healthCheck that came to an answer: it asks ${HEALTH_PARTS.join(', ')} from a worker.`,
      }),
  })
  .meta({ id: 'CronHealth' })
type CronHealth = z.infer<typeof CronHealth>

type HealthDeps = Pick<CronDeps, 'health' | 'queries' | 'schedules' | 'scheduleDefinitions' | 'clock'>

export function cronHealth(api: Api, deps: HealthDeps): void {
  api.get(
    '/api/cron/health',
    {
      config: { access: 'observe' },
      schema: {
        tags: ['jobs'],
        summary: 'Is all there that the jobs need?',
        description: 'Asks SQL, Redis and the workers now; of the registration service it tells what the latest health check found.',
        response: { 200: CronHealth, ...keyProblems },
      },
    },
    async () => {
      const { health: probes, clock } = deps
      const [sql, redis, workers, lastCheck, schedule] = await Promise.all([
        ask('SQL', () => probes.database()),
        ask('Redis', () => probes.redis()),
        askWorkers(probes),
        findLastCheck(deps),
        scheduleOfChecks(deps),
      ])
      const isTrusted = isFresh({ lastCheck, schedule, now: clock.now() })
      const registrations = { ...registrationsOf({ lastCheck, isTrusted }), isWatched: schedule?.enabled ?? false }
      const parts = [sql.status, redis.status, workers.status, registrations.status]
      return { status: worst(parts), askedAt: isoOf(clock.now()), sql, redis, workers, registrations, lastCheck }
    },
  )
}

function worst(parts: readonly CronHealth['status'][]): CronHealth['status'] {
  if (parts.includes('unhealthy')) return 'unhealthy'
  return parts.includes('unknown') ? 'unknown' : 'healthy'
}

async function ask(what: string, probe: () => Promise<void>): Promise<z.infer<typeof Part>> {
  const startedAt = performance.now()
  const took = () => Math.round(performance.now() - startedAt)
  return within(PROBE_TIMEOUT_MS, what, probe()).then(
    () => ({ status: 'healthy' as const, tookMs: took() }),
    () => ({ status: 'unhealthy' as const, tookMs: null }),
  )
}

/** Without Redis nobody can be heard of, which says nothing about the workers. */
async function askWorkers(probes: HealthDeps['health']): Promise<CronHealth['workers']> {
  return within(PROBE_TIMEOUT_MS, 'the workers', probes.silentWorkers()).then(
    (silent) => ({ status: silent.length === 0 ? ('healthy' as const) : ('unhealthy' as const), silent: [...silent] }),
    () => ({ status: 'unknown' as const, silent: [] }),
  )
}

async function findLastCheck({ queries }: HealthDeps): Promise<CronHealth['lastCheck']> {
  const { runs } = await queries.list({ process: healthCheck.name }, { after: null, limit: CHECKS_LOOKED_AT })
  for (const run of runs) {
    const report = run.dueAt === null ? reportOf(run) : null
    if (report) return { runUuid: run.uuid, at: isoOf(run.stateSince), ...report }
  }
  return null
}

interface ChecksSchedule {
  readonly cron: string
  readonly timeZone: string
  readonly enabled: boolean
}

/** When the clock starts health checks; null where this release has no such schedule. */
async function scheduleOfChecks({ schedules, scheduleDefinitions }: HealthDeps): Promise<ChecksSchedule | null> {
  const definition = scheduleDefinitions.find(({ process }) => process.name === healthCheck.name)
  if (!definition) return null
  const standing = await schedules.find(definition.name)
  if (!standing) return definition.defaults
  return { cron: standing.cron.value, timeZone: standing.timeZone.value, enabled: standing.enabled.value }
}

function isFresh({
  lastCheck,
  schedule,
  now,
}: {
  readonly lastCheck: CronHealth['lastCheck']
  readonly schedule: ChecksSchedule | null
  readonly now: number
}): boolean {
  if (!lastCheck || !schedule) return false
  const [next = now, afterNext = now] = describeCron(schedule, now).next
  return now - Date.parse(lastCheck.at) <= INTERVALS_TRUSTED * (afterNext - next)
}

function registrationsOf({
  lastCheck,
  isTrusted,
}: {
  readonly lastCheck: CronHealth['lastCheck']
  readonly isTrusted: boolean
}): Omit<CronHealth['registrations'], 'isWatched'> {
  const askedAt = lastCheck?.at ?? null
  if (!lastCheck || !isTrusted) return { status: 'unknown', errorCode: null, askedAt }
  const { ok, errorCode } = lastCheck.parts.registrations
  return { status: ok ? 'healthy' : 'unhealthy', errorCode, askedAt }
}
