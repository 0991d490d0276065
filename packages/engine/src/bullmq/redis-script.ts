import { createHash } from 'node:crypto'
import type { RedisConnection } from './create-dispatcher.ts'

export interface ScriptSource {
  readonly lua: string
  readonly sha: string
}

export function scriptOf(lua: string): ScriptSource {
  return { lua, sha: createHash('sha1').update(lua).digest('hex') }
}

export type RedisScript = (keys: readonly string[], args: readonly (string | number)[]) => Promise<unknown>

/** A Lua script that Redis is sent once; afterwards, until it forgets it, only its digest. */
export function createRedisScript(connection: RedisConnection, { lua, sha }: ScriptSource): RedisScript {
  return async (keys, args) => {
    try {
      return await connection.evalsha(sha, keys.length, ...keys, ...args)
    } catch (error) {
      if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error
      return connection.eval(lua, keys.length, ...keys, ...args)
    }
  }
}
