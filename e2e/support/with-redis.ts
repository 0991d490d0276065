import { Redis } from 'ioredis'

/** Asks the Redis of a fleet over a connection that is closed behind it. */
export async function withRedis<Answer>(
  { redisUrl }: { readonly redisUrl: string },
  ask: (redis: Redis) => Promise<Answer>,
): Promise<Answer> {
  const redis = new Redis(redisUrl)
  try {
    return await ask(redis)
  } finally {
    redis.disconnect()
  }
}
