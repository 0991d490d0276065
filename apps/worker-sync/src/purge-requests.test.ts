import { createTestDatabase } from '@rollcall/database/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { purgeRequests } from './purge-requests.ts'

type TestDatabase = Awaited<ReturnType<typeof createTestDatabase>>

let fixture: TestDatabase
beforeAll(async () => {
  fixture = await createTestDatabase()
})
afterAll(() => fixture.cleanup())

const NOW = Date.UTC(2026, 8, 1, 8)

test('forgets expired requests, however many, and keeps the others', async () => {
  const { prisma } = fixture.database
  const request = (index: number, expiresAt: number) => ({
    caller: 'upstream',
    key: `key-${index}`,
    bodyHash: '0'.repeat(64),
    groupUuid: `group-${index}`,
    items: '[]',
    createdAt: new Date(NOW - 1),
    expiresAt: new Date(expiresAt),
  })
  await prisma.request.createMany({ data: Array.from({ length: 1_203 }, (_none, index) => request(index, NOW - 1 - index)) })
  await prisma.request.create({ data: request(2_000, NOW) })
  expect(await purgeRequests(prisma, NOW)).toBe(1_203)
  expect(await prisma.request.findMany({ select: { key: true } })).toEqual([{ key: 'key-2000' }])
})
