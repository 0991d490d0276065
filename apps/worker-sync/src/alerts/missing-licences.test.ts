import { createTestDatabase } from '@rollcall/database/testing'
import { complete, insert, newRun, T0 } from '@rollcall/engine/testing/ledger-contract'
import { expect, onTestFinished, test } from 'vitest'
import { missingLicences } from './missing-licences.ts'

const DAY = 86_400_000
const LACKING = {
  completion: 'partial',
  errorCode: 'LICENCES_EXHAUSTED',
  errorMessage: 'No licence is left to assign. 2 of 2 are used.',
} as const

async function arrange() {
  const { database, cleanup } = await createTestDatabase()
  onTestFinished(cleanup)
  async function created(subjectId: string, ending: Parameters<typeof complete>[1] = LACKING) {
    const run = newRun({ process: 'account-create', subjectId, createdAt: T0 })
    await insert(database, run)
    await database.ledger.commit([complete(run, { ...ending, events: [] })])
  }
  /** Answers what to do when it gets its licence. */
  async function asksAgain(subjectId: string) {
    const run = newRun({ process: 're-enroll', subjectId, createdAt: T0 })
    await insert(database, run)
    return () => database.ledger.commit([complete(run, { events: [] })])
  }
  const samples = (now = T0 + DAY) => missingLicences({ queries: database.ledger, now })
  return { created, asksAgain, samples }
}

test('accounts for which no licence was left are counted until they have got one', async () => {
  const { asksAgain, created, samples } = await arrange()
  await created('p1')
  const [first, second] = [await asksAgain('p1'), await asksAgain('p2')]
  await created('p2')
  expect(await samples()).toEqual([{ subject: 'account-create', value: 2, note: LACKING.errorMessage }])
  await first()
  expect(await samples()).toMatchObject([{ value: 1 }])
  await second()
  expect(await samples()).toEqual([])
})

test('accounts that lack a class, or whose month of asking is over, are not', async () => {
  const { asksAgain, created, samples } = await arrange()
  await created('p1', { ...LACKING, errorCode: 'CLASS_NOT_IN_DIRECTORY' })
  await asksAgain('p1')
  expect(await samples()).toEqual([])
  await created('p2')
  await asksAgain('p2')
  expect(await samples(T0 + 29 * DAY)).toEqual([])
})
