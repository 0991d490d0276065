// Takes over what a process of this machine held when it was killed, without waiting for its locks to run out: a supervisor starts its successor
// within a second, and by then it is certain that it is gone. What must always hold: only jobs whose latest holder is gone lose their locks;
// BullMQ's own stalled check then puts them back and counts the stall. Deaths on other machines are left to the locks.
import type { RedisConnection } from './create-dispatcher.ts'
import { isGone } from './process-identity.ts'
import { queueKey } from './queue-settings.ts'
import { createRedisScript, scriptOf } from './redis-script.ts'

// BullMQ keeps the name of the worker that took a job last in its field `pb`.
const HOLDERS = scriptOf(`
local holders, seen = {}, {}
for _, id in ipairs(redis.call('LRANGE', KEYS[1], 0, -1)) do
  local holder = redis.call('HGET', ARGV[1] .. id, 'pb')
  if holder and not seen[holder] then
    seen[holder] = true
    holders[#holders + 1] = holder
  end
end
return holders
`)

const RELEASE = scriptOf(`
local gone, released = {}, 0
for index = 2, #ARGV do gone[ARGV[index]] = true end
for _, id in ipairs(redis.call('LRANGE', KEYS[1], 0, -1)) do
  local holder = redis.call('HGET', ARGV[1] .. id, 'pb')
  if holder and gone[holder] then
    redis.call('DEL', ARGV[1] .. id .. ':lock')
    redis.call('SADD', KEYS[2], id)
    released = released + 1
  end
end
if released > 0 then redis.call('DEL', KEYS[3]) end
return released
`)

/** @returns how many jobs of the queue are free for the next stalled check */
export async function takeOver({
  connection,
  namespace,
  queue,
}: {
  readonly connection: RedisConnection
  readonly namespace: string
  readonly queue: string
}): Promise<number> {
  const key = (part: string) => queueKey({ namespace, queue, part })
  const holders = await createRedisScript(connection, HOLDERS)([key('active')], [key('')])
  const gone = namesIn(holders).filter(isGone)
  if (gone.length === 0) return 0
  return Number(await createRedisScript(connection, RELEASE)(['active', 'stalled', 'stalled-check'].map(key), [key(''), ...gone]))
}

function namesIn(answer: unknown): string[] {
  return Array.isArray(answer) ? answer.map(String) : []
}
