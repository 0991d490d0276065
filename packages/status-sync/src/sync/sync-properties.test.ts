import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sessionRevocation } from '../session-revocation/process.ts'
import { createSyncStory, die, organisations } from '../test-support/create-sync-story.ts'

const STATUSES = ['approved', 'rejected', 'submitted', 'archived'] as const
const HOUR_MS = 3_600_000

/** What befalls the run, by the number of the batch. */
const Trouble = fc.record({
  before: fc.uniqueArray(fc.integer({ min: 1, max: 30 }), { maxLength: 8 }),
  after: fc.uniqueArray(fc.integer({ min: 1, max: 30 }), { maxLength: 8 }),
  outages: fc.uniqueArray(fc.integer({ min: 1, max: 20 }), { maxLength: 4 }),
  pauses: fc.uniqueArray(fc.integer({ min: 1, max: 20 }), { maxLength: 3 }),
  pushes: fc.uniqueArray(fc.record({ at: fc.integer({ min: 1, max: 20 }), who: fc.nat(39) }), { maxLength: 4, selector: ({ at }) => at }),
})

test('whatever befalls a run, every account is decided on once, and the audit log tells of each change that stands, and of no other', {
  timeout: 60_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(...STATUSES), { minLength: 40, maxLength: 40 }),
      fc.integer({ min: 1, max: 20 }),
      Trouble,
      async (statuses, batchSize, trouble) => {
        const given = organisations(40, (index) => {
          const status = statuses[index] ?? 'approved'
          return { registration: { status, version: status === 'approved' ? 1 : 2 } }
        })
        const story = createSyncStory(given)
        let [begun, committed] = [0, 0]
        const { uuid } = await story.order({ config: { batchSize, limitPercent: 100 } })
        story.beforeBatch = async () => {
          begun += 1
          if (trouble.before.includes(begun)) die()
          if (trouble.pauses.includes(begun)) await story.stores.runs.askPause({ runUuid: uuid, by: 'operator' })
          const push = trouble.pushes.find(({ at }) => at === begun)
          const registration = push && given.registrations[push.who]
          if (registration) {
            const news = { ...registration, status: 'certified', version: 9 }
            story.service.put(news)
            await story.push(news)
          }
        }
        story.afterBatch = () => {
          committed += 1
          if (trouble.after.includes(committed)) die()
        }
        story.service.beforeAnswer = () => {
          if (trouble.outages.includes(story.service.requests())) story.service.mode = 'down'
        }
        for (let hours = 0; hours < 50 && story.ledger.run(uuid).dueAt !== null; hours += 1) {
          await story.play({ forMs: HOUR_MS })
          story.service.mode = 'up'
          // Brings back the jobs of runs that were begun by a worker that died.
          await story.reconcile()
          if (story.ledger.run(uuid).status === 'waiting') await story.signal({ uuid, name: 'resume', outcome: 'resumed' })
        }

        await story.play()
        expect(story.ledger.run(uuid)).toMatchObject({ state: 'COMPLETED', completion: 'full' })
        const { counters } = await story.sync(uuid)
        expect(counters).toMatchObject({ scanned: 40, conflicted: 0, failed: 0 })
        // Every account's version tells how often it was written; each of those has its audit row.
        const accounts = await story.stores.accounts.read(given.accounts.map(({ userId }) => userId))
        for (const { userId, statusVersion, accountStatus } of accounts) {
          const changes = story.stores.audit().filter(({ targetId }) => targetId === userId)
          expect(changes).toHaveLength(statusVersion - 1)
          expect(changes.at(-1)?.details.newStatus ?? 'active').toBe(accountStatus)
        }
        const byTheSync = story.stores.audit().filter(({ details }) => details.runUuid === uuid)
        expect(byTheSync).toHaveLength(counters.applied)
        // Each suspension has begun one run that signs the user out; whoever is in use again by then is left alone.
        const suspensions = story.stores.audit().filter(({ details }) => details.newStatus === 'suspended')
        const revocations = story.ledger.runs().filter(({ process }) => process === sessionRevocation.name)
        expect(revocations).toHaveLength(suspensions.length)
        const suspended = accounts.filter(({ accountStatus }) => accountStatus === 'suspended').map(({ azureId }) => azureId)
        expect(story.signedOut).toEqual(expect.arrayContaining(suspended))
        expect(story.signedOut.length).toBeLessThanOrEqual(suspensions.length)
      },
    ),
    { numRuns: 40 },
  )
})
