// The runs in the ledger that sync runs belong to, as tests of their store need them.
import { FLEET, type Run } from '@rollcall/engine'
import { newId, newRun, T0 } from '@rollcall/engine/testing/ledger-contract'
import type { SyncRuns } from '@rollcall/status-sync'
import { anAuditEntry } from '@rollcall/status-sync/testing'
import type { Database } from '../create-database.ts'

/** Once, however often it is asked for. */
export async function acceptSyncRun({ ledger }: Pick<Database, 'ledger'>, uuid: string): Promise<void> {
  if (await ledger.find(uuid)) return
  const run = newRun({ uuid, process: 'user-status-sync', liveKey: `user-status-sync|${uuid}` })
  await ledger.accept({ groupUuid: run.groupUuid, request: null, runs: [run] })
}

/** The store, whose runs all go on in the ledger. */
export function goingOn(database: Pick<Database, 'ledger' | 'syncRuns'>): SyncRuns {
  let accepted = Promise.resolve()
  return {
    ...database.syncRuns,
    async begin(run) {
      accepted = accepted.then(() => acceptSyncRun(database, run.runUuid))
      await accepted
      return database.syncRuns.begin(run)
    },
  }
}

/** What may be done to such a run, and to the fleet, while its sync run is worked on. */
export function stoppable(database: Pick<Database, 'ledger' | 'archive' | 'closures'>) {
  const { archive, closures, ledger } = database
  async function move(uuid: string, changes: Partial<Run>): Promise<void> {
    const run = await ledger.find(uuid)
    if (!run) throw new Error(`There is no run ${uuid}.`)
    const moved = { ...run, ...changes, expectedVersion: run.version, expectedAttempt: null, version: run.version + 1, events: [] }
    if (!(await ledger.commit([moved])).has(uuid)) throw new Error(`The run ${uuid} did not move.`)
  }
  return {
    ledger: {
      accept: (uuid: string) => acceptSyncRun(database, uuid),
      async askToCancel(uuid: string) {
        await ledger.requestCancel({ uuid, at: T0, audit: anAuditEntry({ id: newId(), targetType: 'run', targetId: uuid }) })
      },
      moveOn: (uuid: string) => move(uuid, { state: 'AWAIT_APPROVAL', status: 'waiting' }),
      end: (uuid: string) => move(uuid, { state: 'FAILED', status: 'failed', dueAt: null, liveKey: uuid, errorCode: 'UNEXPECTED_ERROR' }),
      async archive(uuid: string) {
        const part = { status: 'failed', endedBefore: T0 + 1, exceptProcess: 'canary', after: null, limit: 9 } as const
        const { moved } = await archive.move({ ...part, archivedAt: T0 + 1 })
        if (moved !== 1 || (await ledger.find(uuid))) throw new Error(`The run ${uuid} was not put away.`)
      },
    },
    async pauseFleet() {
      await closures.close({ resource: FLEET, errorCode: 'CLOSED_BY_OPERATOR', cause: 'test', closedAt: T0, closedBy: 'test' }, null)
    },
    async letFleetGoOn() {
      await closures.reopen({ resource: FLEET, at: T0, by: 'test', audit: null })
    },
  }
}
