// A fleet with its registration service, as many invented organisations as wanted, and jobs that nothing but the bench starts.
import { issueKeys, seedOrganisations } from '@rollcall/scripts/fleet'
import { type BenchFleet, startBenchFleet } from '../support/start-bench-fleet.ts'
import { until } from '../support/until.ts'

const JOBS = ['userRegistrationNumberSync', 'userStatusSync', 'healthCheck'] as const

export interface SyncBench extends BenchFleet {
  readonly serviceUrl: string
  readonly adminKey: string
  /** Starts userStatusSync. Answers its run once it has ended well. @param onProgress told where it is @throws Error if it does not */
  sync(onProgress?: (progress: SyncProgress) => Promise<void>): Promise<EndedSync>
}

interface Counters {
  readonly scanned: number
  readonly toChange: number
  readonly applied: number
}

/** Shares of the organisations that were decided on, and of the changes that were applied. */
export interface SyncProgress {
  readonly decided: number
  readonly applied: number
}

export interface EndedSync {
  readonly ms: number
  readonly scanned: number
  readonly applied: number
}

export async function startSyncBench({
  organisations,
  changed,
}: {
  readonly organisations: number
  readonly changed: number
}): Promise<SyncBench> {
  const bench = await startBenchFleet({ schools: 1, settings: { REGISTRATION_REQUESTS_PER_MINUTE: '0' }, registrations: true })
  const { database, fleet } = bench
  const { registrationsUrl: serviceUrl } = fleet
  if (serviceUrl === null) throw new Error('The registration service was not started.')
  await seedOrganisations({ databaseUrl: fleet.databaseUrl, count: organisations, changed })
  const { admin: adminKey } = await issueKeys({ databaseUrl: fleet.databaseUrl, roles: ['admin'] })

  async function ask(method: string, path: string, body?: object, headers: Readonly<Record<string, string>> = {}) {
    const answer = await fetch(new URL(path, fleet.apiUrl), {
      method,
      headers: { authorization: `Bearer ${adminKey}`, ...(body && { 'content-type': 'application/json' }), ...headers },
      ...(body && { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`)
    return { etag: answer.headers.get('etag') ?? '', body: JSON.parse(text) as { readonly uuid: string } }
  }

  await until('the schedules are set up', async () => (await database.prisma.schedule.count()) > JOBS.length)
  for (const job of JOBS) await ask('PATCH', `/api/cron/${job}/disable`)
  const { etag } = await ask('GET', '/api/cron/userStatusSync/config')
  const raised = { settings: { limitMinimum: organisations }, reason: 'Nobody approves a bench.' }
  await ask('PATCH', '/api/cron/userStatusSync', raised, { 'if-match': etag })

  return {
    ...bench,
    serviceUrl,
    adminKey,
    async sync(onProgress) {
      const { uuid } = (await ask('POST', '/api/cron/userStatusSync/trigger')).body
      const read = () => database.prisma.run.findUniqueOrThrow({ where: { uuid } })
      const hasEnded = async () => {
        const run = await database.prisma.syncRun.findUnique({ where: { runUuid: uuid }, select: { counters: true } })
        if (run) await onProgress?.(progressOf(run.counters, organisations))
        return (await read()).dueAt === null
      }
      await until('the sync has ended', hasEnded)
      const { completion, createdAt, stateSince } = await read()
      if (completion !== 'full') throw new Error(`The sync ${uuid} has not ended well.`)
      const { counters } = await database.prisma.syncRun.findUniqueOrThrow({ where: { runUuid: uuid } })
      const { scanned, applied } = countersOf(counters)
      return { ms: stateSince.getTime() - createdAt.getTime(), scanned, applied }
    },
  }
}

function progressOf(text: string, organisations: number): SyncProgress {
  const { applied, scanned, toChange } = countersOf(text)
  const decided = scanned / organisations
  // While it decides, more of them come.
  return { decided, applied: decided < 1 ? 0 : applied / Math.max(toChange, 1) }
}

/** Only the store of sync runs writes the column; it has these among others. */
function countersOf(text: string): Counters {
  return JSON.parse(text) as Counters
}
