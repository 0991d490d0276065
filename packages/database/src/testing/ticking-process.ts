// One of several processes that serve one schedule at once: node ticking-process.ts <url> <last due time>
// Serves due time after due time, sometimes several at once as if nobody had looked for a while, and completes every run, until the last due time
// has been served. Prints a line for every tick that it made.
import { createFireDue, createIds } from '@rollcall/engine'
import { complete, newRun } from '@rollcall/engine/testing/ledger-contract'
import { statusSyncSchedules } from '@rollcall/status-sync'
import { createDatabase } from '../create-database.ts'

const [url = '', last = ''] = process.argv.slice(2)

const NAME = 'userStatusSync'
const MINUTE_MS = 60_000
const LATEST_MINUTES = 3

const { close, ledger, schedules } = await createDatabase({ url })
let now = 0
const clock = { now: () => now }
const fireDue = createFireDue({
  ...{ schedules, definitions: statusSyncSchedules, clock, newId: createIds(clock) },
  dispatcher: { enqueue: async () => undefined },
  notify: (notice) => {
    if (notice.kind === 'unexpected') throw new Error(notice.message)
  },
})
for (let round = 0; ; round += 1) {
  const dueAt = (await schedules.find(NAME))?.nextDueAt ?? null
  if (dueAt === null || dueAt > Number(last)) break
  now = Math.min(Number(last), dueAt + (round % LATEST_MINUTES) * MINUTE_MS)
  for (const { outcome, runUuid } of await fireDue()) {
    console.log(outcome)
    for (const { uuid, liveKey } of await ledger.read([runUuid])) await ledger.commit([complete(newRun({ uuid, liveKey }))])
  }
}
await close()
