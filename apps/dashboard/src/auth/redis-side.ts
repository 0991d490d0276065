import { CodedError, type RedisConnection, TransientError } from '@rollcall/engine'
import { dashboardErrors } from '../problems/dashboard-errors.ts'

/** Where the dashboard keeps its sessions and counts of failed logins. One hash tag: a script may touch several keys. */
export interface RedisSide {
  readonly connection: RedisConnection
  readonly namespace: string
}

export function dashboardKey({ namespace }: RedisSide, part: string): string {
  return `{${namespace}:dashboard}:${part}`
}

/** For what nothing but Redis can have gone wrong with. @throws TransientError REDIS_UNAVAILABLE */
export async function askRedis<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } catch (cause) {
    throw new TransientError(dashboardErrors.REDIS_UNAVAILABLE, undefined, { cause })
  }
}

/** For what may fail for reasons of its own: Redis is blamed only if it does not answer. @throws TransientError REDIS_UNAVAILABLE; as `work` does */
export async function blamingRedis<T>(connection: RedisConnection, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof CodedError) throw error
    await askRedis(connection.ping())
    throw error
  }
}
