import type { RedisConnection } from './create-dispatcher.ts'

export type RedisScript = (keys: readonly string[], args: readonly (string | number)[]) => Promise<unknown>

/** A Lua script that Redis is sent once; afterwards, until it forgets it, only its digest. */
export function createRedisScript(connection: RedisConnection, { lua, sha }: { readonly lua: string; readonly sha: string }): RedisScript {
  return async (keys, args) => {
    try {
      return await connection.evalsha(sha, keys.length, ...keys, ...args)
    } catch (error) {
      if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error
      return connection.eval(lua, keys.length, ...keys, ...args)
    }
  }
}
