import { T0 } from '@rollcall/engine/testing/ledger-contract'
import { describeCohortStoreContract } from '@rollcall/operations/testing'
import { describe, expect, test } from 'vitest'
import { openForTest } from '../testing/open-for-test.ts'
import { testDialects } from '../testing/test-dialects.ts'

for (const { dialect, open } of testDialects)
  describeCohortStoreContract({
    name: `cohorts over ${dialect}`,
    async open() {
      const { database, cleanup } = await open()
      return { cohorts: database.cohorts, ledger: database.ledger, close: cleanup }
    },
  })

describe.each(testDialects)('a cohort over $dialect', (dialect) => {
  test('forgets what a transaction wrote that was rolled back', async () => {
    const { cohorts, prisma } = await openForTest(dialect)
    await prisma.cohortItem.create({ data: { cohortUuid: 'c', runUuid: 'r1', outcome: 'pending' } })
    const rolledBack = prisma.$transaction(async (tx) => {
      expect(await cohorts.markReplayed({ transaction: tx }, { cohortUuid: 'c', runUuid: 'r1', at: T0 })).toBe(true)
      throw new Error('undone')
    })
    await expect(rolledBack).rejects.toThrow('undone')
    expect(await cohorts.items({ cohortUuid: 'c', outcome: null, after: null, limit: 9 })).toMatchObject([{ outcome: 'pending' }])
  })

  test('keeps as much of a long explanation as its column holds', async () => {
    const { cohorts, prisma } = await openForTest(dialect)
    await prisma.cohortItem.create({ data: { cohortUuid: 'c', runUuid: 'r1', outcome: 'pending' } })
    const items = [{ runUuid: 'r1', errorCode: 'X', detail: 'x'.repeat(1_001) }]
    await prisma.$transaction((tx) => cohorts.markRefused({ transaction: tx }, { cohortUuid: 'c', items, at: T0 }))
    const [item] = await cohorts.items({ cohortUuid: 'c', outcome: 'refused', after: null, limit: 9 })
    expect(item?.detail).toBe(`${'x'.repeat(999)}…`)
  })
})
