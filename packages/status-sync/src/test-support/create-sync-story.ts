// The whole system on a virtual clock, over stores in memory, with a registration service that the test lets fail.
import { createIds, engineErrors, FLEET, isClosed, LedgerUnavailableError, type Notice, type Run, replayRun } from '@rollcall/engine'
import { createStory, type Story } from '@rollcall/engine/testing'
import { accountCleanup } from '../account-cleanup/process.ts'
import { createApplyHandlers, createSessionHandlers, createSyncHandlers } from '../handlers.ts'
import type { SyncRun, SyncRuns } from '../ports/sync-runs.ts'
import { registrationChange } from '../registration-change/process.ts'
import type { PushSettings } from '../registration-change/push-settings.ts'
import type { OrganisationAccount, Registration } from '../rules/account.ts'
import { STATUS_SYNC_ACTION } from '../rules/audit-of-change.ts'
import { DEFAULT_SYNC_CONFIG, type SyncConfig } from '../sync/sync-input.ts'
import { anAccount, aRegistration } from '../testing/an-account.ts'
import { createInMemoryRegistrations, type InMemoryRegistrations } from '../testing/in-memory-registrations.ts'
import { createInMemorySyncStores, type InMemorySyncStores } from '../testing/in-memory-sync-stores.ts'
import { userRegistrationNumberSync } from '../user-registration-number-sync/process.ts'
import { userStatusSync } from '../user-status-sync/process.ts'

const SYNCS = { userStatusSync, userRegistrationNumberSync, accountCleanup }

export interface SyncOrder {
  readonly job?: keyof typeof SYNCS
  readonly dryRun?: boolean
  readonly config?: Partial<SyncConfig> & { readonly olderThanDays?: number }
}

export interface SyncStory extends Story {
  readonly service: InMemoryRegistrations
  readonly stores: InMemorySyncStores
  readonly told: readonly Notice[]
  /** azureIds, in the order in which the directory was told. */
  readonly signedOut: readonly string[]
  readonly counted: Readonly<Record<'registration_sync' | 'realtime', number>>
  /** Called before each batch is written; what it throws comes instead. */
  beforeBatch: () => void | Promise<void>
  /** Called after each batch was committed; what it throws comes instead of its answer. */
  afterBatch: () => void | Promise<void>
  /** Called as a run is to move on by what its batches have come to. */
  beforeMovingOn: () => void | Promise<void>
  /** What differs from the defaults in what an operator set for pushes. */
  pushSettings: Partial<PushSettings>
  /** As a tick or an operator does. */
  order(order?: SyncOrder): Promise<Run>
  push(changes: Partial<Registration>): Promise<Run>
  /** As an operator does with a run that failed in this state. */
  replay(uuid: string, lastState: string): Promise<Run>
  account(userId: string): Promise<OrganisationAccount>
  /** `userId status` of every account. */
  statuses(): Promise<Readonly<Record<string, string>>>
  /** `outcome reason`, with the error code where there is one, by userId. */
  items(runUuid: string): Promise<Readonly<Record<string, string>>>
  sync(runUuid: string): Promise<SyncRun>
  /** `userId previous → new (what found it)`, in the order of writing. */
  changes(): readonly string[]
}

/** The connection, or the worker, is gone: nobody learns of what was done, and no try is counted. */
export function die(): never {
  throw new LedgerUnavailableError(engineErrors.LEDGER_UNAVAILABLE)
}

export function createSyncStory({
  accounts = [],
  registrations = [],
}: {
  readonly accounts?: readonly OrganisationAccount[]
  readonly registrations?: readonly Registration[]
} = {}): SyncStory {
  const told: Notice[] = []
  const signedOut: string[] = []
  const counted = { registration_sync: 0, realtime: 0 }
  const service = createInMemoryRegistrations(registrations)
  const clock = { now: () => story.clock.now() }
  const newId = createIds(clock)
  const stores = createInMemorySyncStores({
    begin: async (runs) => void (await story.ledger.accept({ groupUuid: runs[0]?.groupUuid ?? '', request: null, runs })),
    haltOf: async ({ runUuid, expectedVersion }) => {
      const [run] = await story.ledger.read([runUuid])
      if (!run || run.dueAt === null || run.version !== expectedVersion || run.cancelRequestedAt !== null) return 'stopped'
      return (await isClosed(story.closures, FLEET)) ? 'fleetPaused' : null
    },
  })
  for (const account of accounts) stores.put(account)

  const syncRuns: SyncRuns = {
    ...stores.runs,
    async writeBatch(batch, write) {
      await itself.beforeBatch()
      const written = await stores.runs.writeBatch(batch, write)
      await itself.afterBatch()
      return written
    },
    async standsAt(tx, run) {
      await itself.beforeMovingOn()
      return stores.runs.standsAt(tx, run)
    },
  }
  const notify = (notice: Notice) => void told.push(notice)
  const ports = {
    ...{ accounts: stores.accounts, syncRuns, registrations: () => service, clock, newId, notify },
    dispatcher: { enqueue: (jobs: Parameters<Story['dispatcher']['enqueue']>[0]) => story.dispatcher.enqueue(jobs) },
    pushSettings: async () => ({ ...DEFAULT_SYNC_CONFIG, ...itself.pushSettings }),
    probes: { sql: async () => undefined, redis: async () => undefined, registrations: service.ping },
    countChanges: ({ source, changes }: { readonly source: keyof typeof counted; readonly changes: number }) => {
      counted[source] += changes
    },
    sessions: {
      revoke: async ({ azureId }: { readonly azureId: string }) => {
        signedOut.push(azureId)
        return 'revoked' as const
      },
    },
  }
  const story: Story = createStory({
    handlers: [...createSyncHandlers(ports), ...createApplyHandlers(ports), ...createSessionHandlers(ports)],
  })

  const itself: SyncStory = {
    ...story,
    ...{ service, stores, told, signedOut, counted, pushSettings: {} },
    beforeBatch: () => undefined,
    afterBatch: () => undefined,
    beforeMovingOn: () => undefined,

    order({ job = 'userStatusSync', dryRun = false, config } = {}) {
      const given = { batchSize: 50, ...DEFAULT_SYNC_CONFIG, ...(job === 'accountCleanup' && { olderThanDays: 180 }), ...config }
      const input = { trigger: 'schedule', requestedBy: `schedule:${job}`, reason: null, dryRun, config: given }
      return story.begin({ process: SYNCS[job], input })
    },
    push: (changes) =>
      story.begin({ process: registrationChange, input: { registration: { ...aRegistration(changes) }, webhookId: newId() } }),

    replay(uuid, lastState) {
      const run = story.ledger.run(uuid)
      const process = Object.values(SYNCS).find(({ name }) => name === run.process)
      if (!process) throw new Error(`${run.process} is no sync.`)
      const order = { run, process, lastState, fromState: null, input: null, actor: 'operator', reason: 'The service is back.' }
      return replayRun(order, { ledger: story.ledger, dispatcher: story.dispatcher, clock, newId, notify })
    },

    async account(userId) {
      const [found] = await stores.accounts.read([userId])
      if (!found) throw new Error(`There is no account ${userId}.`)
      return found
    },
    async statuses() {
      const all = await stores.accounts.read((accounts.length > 0 ? accounts : [anAccount()]).map(({ userId }) => userId))
      return Object.fromEntries(all.map(({ userId, accountStatus }) => [userId, accountStatus]))
    },
    async items(runUuid) {
      const all = await stores.runs.items({ runUuid, outcome: null, after: null, limit: 100_000 })
      const words = all.map(({ userId, outcome, reasonCode, errorCode }) => [
        userId,
        [outcome, reasonCode, errorCode ?? []].flat().join(' '),
      ])
      return Object.fromEntries(words)
    },
    async sync(runUuid) {
      const found = await stores.runs.find(runUuid)
      if (!found) throw new Error(`There is no sync run ${runUuid}.`)
      return found
    },
    changes: () =>
      stores
        .audit()
        .filter(({ action }) => action === STATUS_SYNC_ACTION)
        .map(({ targetId, details }) => `${targetId} ${details.previousStatus} → ${details.newStatus} (${details.syncType})`),
  }
  return itself
}

/** `u0001`, … each with a registration of its own and the number that goes with it; by default approved, and so is the account. */
export function organisations(
  count: number,
  of: (index: number) => {
    readonly account?: Partial<OrganisationAccount>
    readonly registration?: Partial<Registration> | null
  } = () => ({}),
): { readonly accounts: OrganisationAccount[]; readonly registrations: Registration[] } {
  const made = Array.from({ length: count }, (_, index) => {
    const name = String(index + 1).padStart(4, '0')
    const { account, registration } = of(index)
    const [userId, registrationNumber, registrationId] = [`u${name}`, `ETH-${name}`, `reg-${name}`]
    const standing = {
      accountStatus: 'active',
      organizationStatus: 'approved',
      registrationNumber,
      registrationId,
      registrationVersion: 1,
    } as const
    return {
      account: anAccount({ userId, azureId: `a${name}`, ...standing, ...account }),
      registration:
        registration === null ? [] : [aRegistration({ registrationId, registrationNumber, userId, status: 'approved', ...registration })],
    }
  })
  return { accounts: made.map(({ account }) => account), registrations: made.flatMap(({ registration }) => registration) }
}

/** A registration that says something new about an account that follows it. */
export const rejected = { status: 'rejected', version: 2 } as const

/** An account whose registration was never found. */
export const unnumbered: Partial<OrganisationAccount> = {
  ...{ accountStatus: 'pending_registration', organizationStatus: null },
  ...{ registrationNumber: null, registrationId: null, registrationVersion: null },
}
