// One of several processes that serve one schedule at once: node ticking-process.ts <url> <schedule> <last due time>
// Serves minute after minute and completes every run, until the last due time has been served. Prints a line for every tick that it made.
import { complete, newRun } from '@rollcall/engine/testing/ledger-contract'
import { createDatabase } from '../create-database.ts'

const [url = '', name = '', last = ''] = process.argv.slice(2)

const MINUTE_MS = 60_000
const LIVE_KEY = 'ticking:once'

const { close, ledger, schedules } = await createDatabase({ url })
for (;;) {
  const standing = await schedules.find(name)
  const dueAt = standing?.nextDueAt ?? null
  if (!standing || dueAt === null || dueAt > Number(last)) break
  const advanced = await schedules.advance({
    ...{ name, expectedVersion: standing.version, expectedDueAt: dueAt, dueAt, firedAt: dueAt, missed: 0, nextDueAt: dueAt + MINUTE_MS },
    run: newRun({ liveKey: LIVE_KEY }),
  })
  if (advanced.kind === 'superseded') continue
  console.log(advanced.tick.outcome)
  await ledger.commit([complete(newRun({ uuid: advanced.run.uuid, liveKey: LIVE_KEY }))])
}
await close()
