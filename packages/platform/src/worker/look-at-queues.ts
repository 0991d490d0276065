import { queueKey, type RedisConnection } from '@rollcall/engine'

/** A job that is due for less than this is still being promoted. */
const PROMOTION_MS = 15_000
/** BullMQ orders delayed jobs by milliseconds times this, so that jobs of one millisecond keep their order. */
const DELAY_FACTOR = 0x1000

/** How many jobs of a queue could be taken at once: none while an operator has paused it. */
export async function lookAtQueue({
  connection,
  namespace,
  queue,
  now,
}: {
  readonly connection: RedisConnection
  readonly namespace: string
  readonly queue: string
  readonly now: number
}): Promise<number> {
  const key = (part: string) => queueKey({ namespace, queue, part })
  const results = await connection
    .pipeline()
    .hexists(key('meta'), 'paused')
    .llen(key('wait'))
    .zcard(key('prioritized'))
    .zcount(key('delayed'), '-inf', (now - PROMOTION_MS) * DELAY_FACTOR)
    .exec()
  const [paused = 0, ...waiting] = (results ?? []).map(([error, value]) => {
    if (error) throw error
    return Number(value)
  })
  return paused === 1 ? 0 : waiting.reduce((sum, count) => sum + count, 0)
}
