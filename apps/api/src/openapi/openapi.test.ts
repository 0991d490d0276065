import { testRedis } from '@rollcall/platform/testing'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { student, teacher } from '../test-support/people.ts'
import { startTestApi, type TestApi } from '../test-support/start-test-api.ts'

const redis = testRedis()
let test: TestApi
let document: Answered
beforeAll(async () => {
  test = await startTestApi({ redisUrl: redis.url })
  document = (await test.get('/docs/json', { as: null })).body
})
afterAll(() => test.close())

interface Operation {
  readonly summary?: string
  readonly description?: string
  readonly tags?: readonly string[]
  readonly security?: readonly object[]
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content?: Readonly<Record<string, unknown>> }>>
}
interface Answered {
  readonly openapi: string
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, object>>; readonly securitySchemes: object }
}

const operations = () =>
  Object.entries(document.paths).flatMap(([path, byMethod]) =>
    Object.entries(byMethod).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, operation })),
  )

it('describes every route', () => {
  expect(
    operations()
      .map(({ name }) => name)
      .sort(),
  ).toMatchInlineSnapshot(`
    [
      "DELETE /persons/{personId}/data",
      "GET /accounts/unfinished",
      "GET /alerts",
      "GET /api/cron/health",
      "GET /api/cron/runs",
      "GET /api/cron/runs/{uuid}",
      "GET /api/cron/runs/{uuid}/items",
      "GET /api/cron/status",
      "GET /api/cron/{job}/config",
      "GET /api/cron/{job}/ticks",
      "GET /azure-data-sync",
      "GET /azure-data-sync/{uuid}",
      "GET /groups/{groupUuid}",
      "GET /health/live",
      "GET /health/ready",
      "GET /history",
      "GET /imports",
      "GET /imports/{id}",
      "GET /imports/{id}/rows",
      "GET /metrics",
      "GET /organisation-accounts",
      "GET /organisation-accounts/{userId}",
      "GET /persons/{personId}/data",
      "GET /replays/{uuid}",
      "GET /replays/{uuid}/items",
      "GET /resources",
      "GET /status",
      "PATCH /api/cron/{job}",
      "PATCH /api/cron/{job}/disable",
      "PATCH /api/cron/{job}/enable",
      "POST /accounts/unfinished/{personId}/{kind}/release",
      "POST /accounts/{uuid}/credential",
      "POST /api/cron/runs/{uuid}/approve",
      "POST /api/cron/runs/{uuid}/cancel",
      "POST /api/cron/runs/{uuid}/pause",
      "POST /api/cron/runs/{uuid}/refuse",
      "POST /api/cron/runs/{uuid}/resume",
      "POST /api/cron/{job}/start",
      "POST /api/cron/{job}/stop",
      "POST /api/cron/{job}/trigger",
      "POST /api/registrations/events",
      "POST /azure-data-sync/{uuid}/cancel",
      "POST /azure-data-sync/{uuid}/replay",
      "POST /imports",
      "POST /organisation-accounts",
      "POST /organisation-accounts/{userId}/status",
      "POST /replays",
      "POST /resources/{name}/close",
      "POST /resources/{name}/reopen",
      "POST /student-create",
      "POST /teacher-create",
    ]
  `)
})

it('says of every route what it is for, who may use it and how it refuses', () => {
  for (const { name, operation } of operations()) {
    expect(operation.summary, name).toMatch(/\w/)
    expect(operation.tags, name).toHaveLength(1)
    const isPublic = operation.security?.length === 0
    if (!isPublic) expect(operation.description, name).toMatch(/For the roles .*admin\./)
    for (const status of isPublic ? [] : ['401', '403', '503']) {
      expect(Object.keys(operation.responses[status]?.content ?? {}), `${name} ${status}`).toEqual(['application/problem+json'])
    }
  }
  expect(document.openapi).toBe('3.1.0')
  expect(Object.keys(document.components.securitySchemes)).toEqual(['bearer', 'apiKey'])
})

it('has schemas that take what the API takes, one person or many, and refuse what it refuses', () => {
  const ajv = new Ajv2020({ strict: false, validateFormats: false }).addSchema({ ...document, $id: 'api' })
  const bodyOf = (path: string) => {
    const pointer = `api#/paths/${path.replaceAll('/', '~1')}/post/requestBody/content/application~1json/schema`
    return ajv.compile({ $ref: pointer })
  }
  const students = bodyOf('/student-create')
  const teachers = bodyOf('/teacher-create')
  expect([students(student), students([student]), teachers(teacher), teachers([teacher])]).toEqual([true, true, true, true])
  expect([students(teacher), students([]), students({ ...student, personId: 7 }), teachers(student)]).toEqual([false, false, false, false])
})

it('names nothing that it does not describe, and describes nothing that is not used', () => {
  const used = new Set([...JSON.stringify(document).matchAll(/#\/components\/schemas\/([^"]+)/g)].map(([, name]) => name))
  expect([...used].sort()).toEqual(Object.keys(document.components.schemas).sort())
})

it('has a page', async () => {
  const { status, headers } = await test.get('/docs/', { as: null })
  expect([status, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8'])
})
