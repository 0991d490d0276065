// Carries one fault out, from its beginning to its end: whatever it breaks, it mends again.
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as pause } from 'node:timers/promises'
import { Redis } from 'ioredis'
import type { TestFleet } from '../support/start-test-fleet.ts'
import type { Ask } from './ask.ts'
import type { Strike } from './plan-soak.ts'
import type { Supervisor } from './supervise.ts'

const TRY_EVERY_MS = 5
const reason = 'The soak test asks for it.'

export interface StrikeDeps {
  readonly fleet: TestFleet
  readonly supervisor: Supervisor
  readonly ask: Ask
}

export async function carryOut(strike: Strike, { fleet, supervisor, ask }: StrikeDeps): Promise<void> {
  switch (strike.kind) {
    case 'kill':
      return supervisor.kill(strike.name, strike.downMs)
    case 'killTwo':
      await Promise.all(strike.names.map((name) => supervisor.kill(name, strike.downMs)))
      return
    case 'killRedis':
      return supervisor.killRedis(strike.downMs)
    case 'restart':
      return supervisor.restart(strike.name)
    case 'flush':
      return flush(fleet)
    case 'stall':
      return stall(fleet.app(strike.name).pid, strike.ms)
    case 'stallRedis':
      return stall(fleet.redis?.pid ?? 0, strike.ms)
    case 'stallDirectory':
      return stall(fleet.app('simulator').pid, strike.ms)
    case 'storm':
      return storm({ fleet, ask, strike })
    case 'lockDatabase':
      return lockDatabase({ fleet, ms: strike.ms })
    case 'close':
      // It may be closed already, by another strike or by the fleet itself.
      await ask(() => fleet.operator.post('/resources/graph/close', { reason }))
      await pause(strike.ms)
      await reopen({ fleet, ask })
  }
}

export async function reopen({ fleet, ask }: Pick<StrikeDeps, 'fleet' | 'ask'>): Promise<void> {
  await ask(() => fleet.operator.post('/resources/graph/reopen', { reason }))
}

/** Where Redis is away, there is nothing to flush. */
async function flush({ redisUrl }: TestFleet): Promise<void> {
  const redis = new Redis(redisUrl, { lazyConnect: true, retryStrategy: () => null })
  redis.on('error', () => undefined)
  try {
    await redis.connect()
    await redis.flushall()
  } catch (error) {
    if (redis.status === 'ready') throw error
  } finally {
    redis.disconnect()
  }
}

async function stall(pid: number, ms: number): Promise<void> {
  signal(pid, 'SIGSTOP')
  await pause(ms)
  signal(pid, 'SIGCONT')
}

/** It may have been killed meanwhile. */
function signal(pid: number, name: 'SIGSTOP' | 'SIGCONT'): void {
  try {
    process.kill(pid, name)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}

async function storm({
  fleet: { simulatorLevers },
  fleet,
  ask,
  strike: { fault, ms, probability },
}: {
  fleet: TestFleet
  ask: Ask
  strike: Extract<Strike, { kind: 'storm' }>
}): Promise<void> {
  if (ms === 0) return void (await simulatorLevers.post('/expire-tokens', {}))
  const { id } = await simulatorLevers.post<{ id: string }>('/faults', { fault, probability })
  await pause(ms)
  await simulatorLevers.delete(`/faults/${id}`)
  if (fault.kind === 'forbidden') await reopen({ fleet, ask })
}

/** Nobody else can write meanwhile. It waits for its turn like everybody: others are writing. */
async function lockDatabase({ fleet, ms }: { fleet: TestFleet; ms: number }): Promise<void> {
  const file = new DatabaseSync(fleet.databaseUrl.replace(/^file:/, ''))
  try {
    while (!begin(file)) await pause(TRY_EVERY_MS)
    await pause(ms)
    file.exec('ROLLBACK')
  } finally {
    file.close()
  }
}

function begin(file: DatabaseSync): boolean {
  try {
    file.exec('BEGIN IMMEDIATE')
    return true
  } catch (error) {
    if (error instanceof Error && /locked|busy/.test(error.message)) return false
    throw error
  }
}
