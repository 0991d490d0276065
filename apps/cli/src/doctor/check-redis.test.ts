import { describe, expect, test } from 'vitest'
import { judgeInfo } from './check-redis.ts'
import { collectFindings } from './finding.ts'

const HEALTHY = {
  redis_version: '7.0.15',
  redis_mode: 'standalone',
  maxmemory_policy: 'noeviction',
  evicted_keys: '0',
  aof_enabled: '1',
  aof_last_write_status: 'ok',
  role: 'master',
  used_memory: '1000',
  maxmemory: '0',
  total_system_memory: '100000',
}

function judged(changes: Partial<typeof HEALTHY>): string[] {
  const findings = collectFindings('redis')
  judgeInfo(new Map(Object.entries({ ...HEALTHY, ...changes })), findings)
  return findings.all.filter(({ level }) => level !== 'ok').map(({ level, says }) => `${level}: ${says}`)
}

describe('what Redis says of itself', () => {
  test('is fine as we ask for it', () => {
    expect(judged({})).toEqual([])
  })

  test.each<[string, Partial<typeof HEALTHY>, string]>([
    ['an old server', { redis_version: '6.0.16' }, 'wrong: Redis 6.0.16 is too old.'],
    [
      'a cache’s memory policy',
      { maxmemory_policy: 'allkeys-lru' },
      'wrong: Its maxmemory-policy is allkeys-lru: when memory is short it throws jobs away.',
    ],
    ['evictions', { evicted_keys: '3' }, 'warning: It has evicted 3 keys since its start.'],
    [
      'no file of its own',
      { aof_enabled: '0' },
      'warning: appendonly is off: after a restart every job is put back from the ledger, which takes a while.',
    ],
    ['a full disk', { aof_last_write_status: 'err' }, 'wrong: Its last write to disk failed.'],
    ['a replica', { role: 'slave' }, 'wrong: It is a replica and takes no writes.'],
    ['a memory limit that is near', { maxmemory: '1100' }, 'wrong: It uses 91 % of its memory.'],
    ['a machine that is too small', { used_memory: '90000' }, 'wrong: It uses 90 % of its memory.'],
  ])('tells of %s', (_, changes, says) => {
    expect(judged(changes)).toEqual([says])
  })
})
