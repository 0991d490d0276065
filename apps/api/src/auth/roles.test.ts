// Every address that the API serves, with a key of every role. A new address is refused here until somebody has said whom it is for.
import { API_ROLES, type ApiRole } from '@rollcall/database'
import { testRedis } from '@rollcall/platform/testing'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type CronTest, createCronTest } from '../test-support/create-cron-test.ts'

const redis = testRedis()
let test: CronTest
beforeEach(async () => {
  test = await createCronTest({ redisUrl: redis.url })
})
afterEach(() => test.close())

const everybody = 'upstream service reader operator admin'
const observers = 'service reader operator admin'
const creators = 'upstream service admin'

const ADDRESSES: Readonly<Record<string, string>> = {
  'GET /health/live': everybody,
  'GET /health/ready': everybody,
  // Whoever pushes signs: a key is not asked for.
  'POST /api/registrations/events': everybody,
  'GET /azure-data-sync': everybody,
  'GET /azure-data-sync/{uuid}': everybody,
  'GET /groups/{groupUuid}': everybody,
  'GET /imports': everybody,
  'GET /imports/{id}': everybody,
  'GET /imports/{id}/rows': everybody,
  'POST /student-create': creators,
  'POST /teacher-create': creators,
  'POST /imports': creators,
  'POST /organisation-accounts': creators,
  'GET /accounts/unfinished': observers,
  'GET /alerts': observers,
  'GET /api/cron/health': observers,
  'GET /api/cron/runs': observers,
  'GET /api/cron/runs/{uuid}': observers,
  'GET /api/cron/runs/{uuid}/items': observers,
  'GET /api/cron/status': observers,
  'GET /api/cron/{job}/config': observers,
  'GET /api/cron/{job}/ticks': observers,
  'GET /history': observers,
  'GET /metrics': observers,
  'GET /organisation-accounts': observers,
  'GET /organisation-accounts/{userId}': observers,
  'GET /replays/{uuid}': observers,
  'GET /replays/{uuid}/items': observers,
  'GET /resources': observers,
  'GET /status': observers,
  'POST /accounts/{uuid}/credential': 'upstream admin',
  'GET /persons/{personId}/data': 'operator admin',
  'POST /accounts/unfinished/{personId}/{kind}/release': 'operator admin',
  'POST /azure-data-sync/{uuid}/cancel': 'operator admin',
  'POST /azure-data-sync/{uuid}/replay': 'operator admin',
  'POST /replays': 'operator admin',
  'POST /resources/{name}/close': 'operator admin',
  'POST /resources/{name}/reopen': 'operator admin',
  'DELETE /persons/{personId}/data': 'admin',
  'PATCH /api/cron/{job}': 'admin',
  'PATCH /api/cron/{job}/disable': 'admin',
  'PATCH /api/cron/{job}/enable': 'admin',
  'POST /api/cron/runs/{uuid}/approve': 'admin',
  'POST /api/cron/runs/{uuid}/cancel': 'admin',
  'POST /api/cron/runs/{uuid}/pause': 'admin',
  'POST /api/cron/runs/{uuid}/refuse': 'admin',
  'POST /api/cron/runs/{uuid}/resume': 'admin',
  'POST /api/cron/{job}/start': 'admin',
  'POST /api/cron/{job}/stop': 'admin',
  'POST /api/cron/{job}/trigger': 'admin',
  'POST /organisation-accounts/{userId}/status': 'admin',
}

it.each(API_ROLES)('%s is let through to the addresses that are for it, and to no other', async (role) => {
  const { body } = await test.get('/docs/json', { as: null })
  const served = Object.entries<object>(body.paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => ({ path, method })))
  const found: string[] = []
  for (const { path, method } of served) if (await isLetThrough({ role, path, method })) found.push(`${method.toUpperCase()} ${path}`)
  const meant = Object.entries(ADDRESSES).flatMap(([address, roles]) => (roles.split(' ').includes(role) ? [address] : []))
  expect(found.toSorted()).toEqual(meant.toSorted())
})

async function isLetThrough({ role, path, method }: { role: ApiRole; path: string; method: string }): Promise<boolean> {
  const url = path.replace('{job}', 'healthCheck').replace(/\{[^}]+\}/g, '0199a1f4-5c00-7000-8000-00000000a001')
  const headers = { authorization: `Bearer ${test.keys[role]}` }
  const { statusCode } = await test.api.inject({ method: method.toUpperCase() as 'GET', url, headers })
  return statusCode !== 403
}
