import { createTestDatabase } from '@rollcall/database/testing'
import { complete, insert, newRun, T0 } from '@rollcall/engine/testing/ledger-contract'
import { expect, onTestFinished, test } from 'vitest'
import { heldPushes } from './held-pushes.ts'

const HOUR = 3_600_000

test('pushes that were held back within the hour are counted, and no others', async () => {
  const { database, cleanup } = await createTestDatabase()
  onTestFinished(cleanup)
  async function pushed(reasonCode: string, createdAt: number) {
    const run = newRun({ process: 'registration-change', createdAt })
    await insert(database, run)
    await database.ledger.commit([complete(run, { result: { APPLY_CHANGE: { reasonCode, accountStatus: 'active' } }, events: [] })])
  }
  const samples = () => heldPushes({ queries: database.ledger, now: T0 + HOUR })
  await pushed('MAP_REJECTED', T0)
  await pushed('HELD_FOR_SYNC', T0 - 1)
  expect(await samples()).toEqual([])
  await pushed('HELD_FOR_SYNC', T0)
  await pushed('HELD_FOR_SYNC', T0 + 5)
  expect(await samples()).toEqual([{ subject: 'registration-change', value: 2 }])
})
