import { createTestDatabase } from '@rollcall/database/testing'
import type { Transition } from '@rollcall/engine'
import { advance, complete, end, insert, newRun, T0 } from '@rollcall/engine/testing/ledger-contract'
import { expect, onTestFinished, test } from 'vitest'
import { registrationKeySamples } from './registration-key.ts'
import { WATCHED } from './watched.ts'

const MINUTE = 60_000
const REFUSED = { errorCode: 'REGISTRATIONS_REFUSED', errorMessage: 'x' }
const processes = WATCHED.jobs.map(({ name }) => name)
const scanned = (count: number) => ({ DECIDE: { scanned: count, toChange: 0, overruns: [] } })
const checked = (errorCode: string | null) => {
  const good = { ok: true, tookMs: 1, errorCode: null }
  const parts = { sql: good, redis: good, registrations: { ok: errorCode === null, tookMs: 1, errorCode } }
  return { CHECK_HEALTH: { healthy: errorCode === null, parts } }
}

async function arrange() {
  const { database, cleanup } = await createTestDatabase()
  onTestFinished(cleanup)
  /** A run of a process that came to something so many minutes after the start. */
  async function ran(process: string, { minute, move }: { minute: number; move: (at: Partial<Transition>) => Partial<Transition> }) {
    const at = T0 + minute * MINUTE
    const run = newRun({ process, createdAt: at })
    await insert(database, run)
    const transition = move({ stateSince: at, updatedAt: at, events: [] })
    const { ended = true, ...rest } = { ended: transition.status !== 'polling', ...transition }
    await database.ledger.commit([ended ? (rest.errorCode ? end(run, rest) : complete(run, rest)) : advance(run, rest)])
    return run.uuid
  }
  return { ran, samples: () => registrationKeySamples({ queries: database.ledger, processes }) }
}

test('nothing is said of the key before somebody has asked with it', async () => {
  const { ran, samples } = await arrange()
  await ran('user-registration-number-sync', { minute: 0, move: (at) => ({ ...at, result: scanned(0) }) })
  await ran('health-check', { minute: 1, move: (at) => ({ ...at, result: checked('REGISTRATIONS_UNAVAILABLE') }) })
  await ran('user-status-sync', { minute: 2, move: (at) => ({ ...at, errorCode: 'REGISTRATIONS_UNREADABLE', errorMessage: 'x' }) })
  expect(await samples()).toEqual([])
})

test.each([
  ['a sync that failed for it', 'user-status-sync', (at: Partial<Transition>) => ({ ...at, ...REFUSED })],
  ['a sync that still tries', 'user-status-sync', (at: Partial<Transition>) => ({ ...at, ...REFUSED, status: 'polling' as const })],
  ['a health check that found it', 'health-check', (at: Partial<Transition>) => ({ ...at, result: checked('REGISTRATIONS_REFUSED') })],
])('a key that is refused is known from %s, whatever came before', async (_, process, move) => {
  const { ran, samples } = await arrange()
  await ran('user-registration-number-sync', { minute: 0, move: (at) => ({ ...at, result: scanned(7) }) })
  const uuid = await ran(process, { minute: 1, move })
  expect(await samples()).toEqual([{ subject: 'registration-service', value: 1, note: `Run ${uuid} of ${process} met that last.` }])
})

test.each([
  ['a sync that has asked', 'account-cleanup', scanned(1)],
  ['a health check', 'health-check', checked(null)],
])('a key that is accepted again is known from %s, although other jobs have not run since', async (_, process, result) => {
  const { ran, samples } = await arrange()
  await ran('user-status-sync', { minute: 0, move: (at) => ({ ...at, ...REFUSED }) })
  await ran(process, { minute: 1, move: (at) => ({ ...at, result }) })
  expect(await samples()).toEqual([{ subject: 'registration-service', value: 0 }])
})

test('a service that is away afterwards takes nothing back', async () => {
  const { ran, samples } = await arrange()
  await ran('health-check', { minute: 0, move: (at) => ({ ...at, result: checked('REGISTRATIONS_REFUSED') }) })
  await ran('health-check', { minute: 30, move: (at) => ({ ...at, result: checked('REGISTRATIONS_UNAVAILABLE') }) })
  expect(await samples()).toMatchObject([{ value: 1 }])
})
