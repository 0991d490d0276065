// A night that is cut off in the middle: every run is either still in the ledger or in the archive already, with its whole history.
import { complete, end, eventOf, newRun } from '@rollcall/engine/testing/ledger-contract'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startTestFleet, type TestFleet } from '../support/start-test-fleet.ts'
import { waitUntil } from '../support/wait-until.ts'

const RUNS = 2_000
const EVENTS_PER_RUN = 3
const DAY_MS = 86_400_000

let fleet: TestFleet
beforeEach(async () => {
  fleet = await startTestFleet({ NIGHTLY_FROM_UTC: '00:00', NIGHTLY_TO_UTC: '00:00', NIGHTLY_EVERY_MS: '100' })
})
afterEach(() => fleet.end())

/** Half of them failed, half completed, all of them a hundred days ago. */
async function furnish(): Promise<string[]> {
  const { ledger } = fleet.database
  const at = Date.now() - 100 * DAY_MS
  const runs = Array.from({ length: RUNS }, () => newRun({ createdAt: at, dueAt: at }))
  await ledger.accept({ groupUuid: 'g', request: null, runs })
  const transitions = runs.map((run, index) => {
    const events = Array.from({ length: EVENTS_PER_RUN }, () => eventOf(run, { createdAt: at, receivedData: { index } }))
    return (index % 2 === 0 ? end : complete)(run, { events, updatedAt: at, stateSince: at })
  })
  for (let from = 0; from < RUNS; from += 500) await ledger.commit(transitions.slice(from, from + 500))
  return runs.map(({ uuid }) => uuid)
}

/** The uuids of both tables together; a run in both stands twice. */
async function whereTheyAre(known: ReadonlySet<string>) {
  const { prisma } = fleet.database
  // One transaction: nothing moves between the looks.
  return prisma.$transaction(async (tx) => {
    const select = { uuid: true } as const
    const ledger = (await tx.run.findMany({ where: { process: 'account-create' }, select })).map(({ uuid }) => uuid)
    const archive = (await tx.archivedRun.findMany({ select })).map(({ uuid }) => uuid)
    const events = (await tx.runEvent.findMany({ select: { runUuid: true } })).filter(({ runUuid }) => known.has(runUuid)).length
    return { ledger, archive, events: { ledger: events, archive: await tx.archivedRunEvent.count() } }
  })
}

test('nothing is lost and nothing is doubled when worker-sync is killed while it archives, and the next one goes on', async () => {
  await fleet.app('worker-sync').stop()
  const uuids = await furnish()
  const known = new Set(uuids)
  await fleet.restart('worker-sync')
  const archived = () => fleet.database.prisma.archivedRun.count()
  await waitUntil('some runs are archived', async () => (await archived()) > 0, { everyMs: 5 })
  await fleet.app('worker-sync').kill()

  const middle = await whereTheyAre(known)
  expect(middle.ledger.length).toBeGreaterThan(0)
  expect([...middle.ledger, ...middle.archive].toSorted()).toEqual(uuids.toSorted())
  expect(middle.events.archive).toBe(middle.archive.length * EVENTS_PER_RUN)
  expect(middle.events.ledger).toBe(middle.ledger.length * EVENTS_PER_RUN)

  await fleet.restart('worker-sync')
  await waitUntil('all runs are archived', async () => (await archived()) === RUNS)
  const after = await whereTheyAre(known)
  expect([after.ledger, after.archive.toSorted(), after.events]).toEqual([
    [],
    uuids.toSorted(),
    { ledger: 0, archive: RUNS * EVENTS_PER_RUN },
  ])
})
