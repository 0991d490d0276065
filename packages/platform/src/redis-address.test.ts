import { describe, expect, test } from 'vitest'
import { parseRedisUrl } from './redis-address.ts'

describe('the address of Redis', () => {
  test.each([
    ['redis://localhost', { kind: 'single', node: { host: 'localhost', port: 6379 }, db: 0, tls: false }],
    [
      'rediss://:p%40ss@cache.example:6380/2',
      { kind: 'single', node: { host: 'cache.example', port: 6380 }, db: 2, tls: true, password: 'p@ss' },
    ],
    ['redis://[::1]:7000', { kind: 'single', node: { host: '::1', port: 7000 }, db: 0 }],
    [
      'redis+sentinel://app:secret@s1,s2:26380/fleet/1',
      {
        kind: 'sentinel',
        nodes: [
          { host: 's1', port: 26_379 },
          { host: 's2', port: 26_380 },
        ],
        masterName: 'fleet',
        db: 1,
        username: 'app',
        password: 'secret',
      },
    ],
    [
      'rediss+cluster://a:1,b:2',
      {
        kind: 'cluster',
        nodes: [
          { host: 'a', port: 1 },
          { host: 'b', port: 2 },
        ],
        tls: true,
      },
    ],
  ])('%s', (text, expected) => {
    expect(parseRedisUrl(text)).toMatchObject(expected)
  })

  test.each([
    'localhost:6379',
    'http://localhost',
    'redis://',
    'redis://a,b',
    'redis://a:0',
    'redis://a:70000',
    'redis://a/queue',
    'redis://password@a',
    'redis://:50%@a',
    'redis+sentinel://a',
    'redis+cluster://a/0',
    'redis+cluster://a,,b',
    'redis+other://a',
  ])('is not %s', (text) => {
    expect(parseRedisUrl(text)).toBeNull()
  })
})
