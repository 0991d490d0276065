// Whether this instance can do its work: SQL it needs, Redis and the workers it can do without for a while. Asked by load balancers every few
// seconds and by anybody, so that each question of the outside is asked once per second at most.
import type { Clock, EpochMs } from '@rollcall/engine'
import { within } from './within.ts'

const PROBE_TIMEOUT_MS = 2_000
const ASKED_EVERY_MS = 1_000

export interface HealthProbes {
  /** Rejects where SQL cannot be reached. */
  database(): Promise<void>
  /** Rejects where Redis cannot be reached. */
  redis(): Promise<void>
  /** Workers that should be there and have not been heard of. */
  silentWorkers(): Promise<readonly string[]>
}

export interface Readiness {
  readonly status: 'ready' | 'degraded' | 'unavailable'
  readonly database: 'up' | 'down'
  readonly redis: 'up' | 'down'
  readonly silentWorkers: readonly string[]
}

export function createReadiness({ health, clock }: { readonly health: HealthProbes; readonly clock: Clock }): () => Promise<Readiness> {
  let asked: { readonly at: EpochMs; readonly answer: Promise<Readiness> } | null = null

  return () => {
    const now = clock.now()
    if (!asked || now - asked.at >= ASKED_EVERY_MS) asked = { at: now, answer: ask(health) }
    return asked.answer
  }
}

async function ask(health: HealthProbes): Promise<Readiness> {
  const [database, redis, silentWorkers] = await Promise.all([
    isUp('database', health.database()),
    isUp('redis', health.redis()),
    // Where heartbeats cannot be read nothing is known of the workers; what cannot be reached is named already.
    within(PROBE_TIMEOUT_MS, 'heartbeats', health.silentWorkers()).catch(() => []),
  ])
  const complete = redis && silentWorkers.length === 0
  return {
    status: database ? (complete ? 'ready' : 'degraded') : 'unavailable',
    database: database ? 'up' : 'down',
    redis: redis ? 'up' : 'down',
    silentWorkers,
  }
}

function isUp(what: string, probe: Promise<void>): Promise<boolean> {
  return within(PROBE_TIMEOUT_MS, what, probe).then(
    () => true,
    () => false,
  )
}
