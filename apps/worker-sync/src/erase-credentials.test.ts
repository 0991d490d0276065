import { createTestDatabase } from '@rollcall/database/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { eraseCredentials } from './erase-credentials.ts'

type TestDatabase = Awaited<ReturnType<typeof createTestDatabase>>

let fixture: TestDatabase
beforeAll(async () => {
  fixture = await createTestDatabase()
})
afterAll(() => fixture.cleanup())

const NOW = Date.UTC(2026, 8, 1, 8)
const DAY_MS = 86_400_000

test('erases what was sealed more than so many days ago, however much it is, and keeps the rest', async () => {
  const { credentials, prisma } = fixture.database
  const sealed = (index: number, createdAt: number) => ({
    ...{ personId: `p${index}`, kind: 'student', sealedPassword: 'sealed', createdAt: new Date(createdAt) },
  })
  await prisma.credential.createMany({
    data: Array.from({ length: 1_203 }, (_none, index) => sealed(index, NOW - 30 * DAY_MS - 1 - index)),
  })
  await prisma.credential.create({ data: sealed(2_000, NOW - 30 * DAY_MS) })

  expect(await eraseCredentials({ credentials, keptDays: 30, now: NOW })).toBe(1_203)
  expect(await prisma.credential.count({ where: { sealedPassword: null, erasedAt: new Date(NOW), erasedBecause: 'expired' } })).toBe(1_203)
  expect(await prisma.credential.findMany({ where: { erasedAt: null }, select: { personId: true } })).toEqual([{ personId: 'p2000' }])
  expect(await eraseCredentials({ credentials, keptDays: 30, now: NOW })).toBe(0)
})
