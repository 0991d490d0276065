import { createTestDatabase } from '@rollcall/database/testing'
import type { NewRun } from '@rollcall/engine'
import { advance, complete, insert, newRun, T0 } from '@rollcall/engine/testing/ledger-contract'
import { statusSyncProcesses } from '@rollcall/status-sync'
import { expect, onTestFinished, test } from 'vitest'
import { createRunsAtRest } from './runs-at-rest.ts'

const HOUR = 3_600_000

async function arrange() {
  const { database, cleanup } = await createTestDatabase()
  onTestFinished(cleanup)
  let now = T0
  const samples = createRunsAtRest({ queries: database.ledger, processes: statusSyncProcesses, now: () => now })
  /** A run that came to a state in which it waits. */
  async function rest(
    process: string,
    state: string,
    { since = T0, result = {} }: { since?: number; result?: object } = {},
  ): Promise<NewRun> {
    const run = newRun({ process, createdAt: since })
    await insert(database, run)
    await database.ledger.commit([advance(run, { state, status: 'waiting', stateSince: since, result: { ...result }, events: [] })])
    return run
  }
  const pass = (ms: number) => {
    now += ms
  }
  return { ...samples, database, pass, rest }
}

test('a run that would change too much is told at once, with how much and how it is decided', async () => {
  const { awaitingApproval, paused, rest } = await arrange()
  const overruns = [
    { direction: 'fromActive', changes: 30, limit: 20 },
    { direction: 'toSuspended', changes: 28, limit: 20 },
  ]
  const { uuid } = await rest('user-status-sync', 'AWAIT_APPROVAL', { result: { DECIDE: { scanned: 100, toChange: 30, overruns } } })
  expect(await awaitingApproval()).toEqual([
    {
      subject: 'user-status-sync',
      value: 1,
      note: [
        'It would make 30 changes fromActive, 10 beyond the limit; 28 changes toSuspended, 8 beyond the limit.',
        `\`rollcall sync items ${uuid}\` shows them; \`rollcall sync approve ${uuid} --reason …\`, or \`refuse\`, decides.`,
        'Without that it fails at 2026-01-06T08:00:00.000Z.',
      ].join(' '),
    },
  ])
  expect(await paused()).toEqual([])
})

test.each(['DECIDE_PAUSED', 'APPLY_PAUSED'])('a run that rests in %s is told with how long it has, and how it goes on', async (state) => {
  const { awaitingApproval, pass, paused, rest } = await arrange()
  const { uuid } = await rest('account-cleanup', state)
  pass(2 * HOUR)
  const note = `\`rollcall sync resume ${uuid} --reason …\` lets it go on; without that it fails at 2026-01-12T08:00:00.000Z.`
  expect(await paused()).toEqual([{ subject: 'account-cleanup', value: 7_200, note }])
  expect(await awaitingApproval()).toEqual([])
})

test('of several runs of a process the one that has rested longest is told; what works or has ended is not at rest', async () => {
  const { database, pass, paused, rest } = await arrange()
  await rest('user-status-sync', 'APPLY_PAUSED', { since: T0 - HOUR })
  const { uuid } = await rest('user-status-sync', 'DECIDE_PAUSED', { since: T0 - 2 * HOUR })
  const [going, ended] = [newRun({ process: 'account-cleanup' }), newRun({ process: 'account-cleanup' })]
  await insert(database, going, ended)
  await database.ledger.commit([advance(going, { state: 'APPLY', status: 'polling' }), complete(ended)])
  await rest('of-a-later-release', 'DECIDE_PAUSED')
  pass(HOUR)
  expect(await paused()).toMatchObject([{ subject: 'user-status-sync', value: 10_800, note: expect.stringContaining(uuid) }])
})
