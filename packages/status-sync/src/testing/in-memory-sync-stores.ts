// The stores of the status sync in memory, for stories. They share a transaction, and pass the same contract suites as those over SQL.
import { type AuditEntry, type NewRun, TerminalError, type Transaction } from '@rollcall/engine'
import { statusSyncErrors } from '../errors.ts'
import type {
  AccountChange,
  AccountSelection,
  ChangeOutcome,
  NewAccount,
  OrganisationAccounts,
  VerifiedAccount,
} from '../ports/organisation-accounts.ts'
import type { Halt, NewSyncItem, SettledItem, SyncBatch, SyncItem, SyncRun, SyncRuns } from '../ports/sync-runs.ts'
import { isHandedBack, type OrganisationAccount } from '../rules/account.ts'
import { STATUS_SYNC_ACTION } from '../rules/audit-of-change.ts'
import { NO_COUNTERS } from '../rules/count-decision.ts'

type ItemRow = SyncItem & { readonly runUuid: string }

interface Tables {
  readonly accounts: ReadonlyMap<string, OrganisationAccount>
  readonly runs: ReadonlyMap<string, SyncRun>
  readonly items: ReadonlyMap<string, ItemRow>
  readonly audit: readonly AuditEntry[]
}

export interface InMemorySyncStores {
  readonly accounts: OrganisationAccounts
  readonly runs: SyncRuns
  audit(): readonly AuditEntry[]
  /** Sets an account as if it had always been so. */
  put(account: OrganisationAccount): void
  /** What throws leaves nothing behind. */
  transaction<Answer>(body: (tx: Transaction) => Promise<Answer>): Promise<Answer>
}

/**
 * @param begin runs that a batch starts; by default nobody does
 * @param haltOf what the ledger says of a run at this version, or of the fleet; by default all go on
 */
export function createInMemorySyncStores({
  begin = async () => undefined,
  haltOf = async () => null,
}: {
  readonly begin?: (runs: readonly NewRun[]) => Promise<void>
  readonly haltOf?: (run: Pick<SyncBatch, 'runUuid' | 'expectedVersion'>) => Promise<Halt | null>
} = {}): InMemorySyncStores {
  let tables: Tables = { accounts: new Map(), runs: new Map(), items: new Map(), audit: [] }

  async function transaction<Answer>(body: (tx: Transaction) => Promise<Answer>): Promise<Answer> {
    const before = tables
    try {
      return await body({ transaction: null })
    } catch (error) {
      tables = before
      throw error
    }
  }

  const setAccounts = (changed: readonly OrganisationAccount[]) => {
    tables = { ...tables, accounts: withRows(tables.accounts, changed, ({ userId }) => userId) }
  }
  const setRun = (run: SyncRun) => {
    tables = { ...tables, runs: withRows(tables.runs, [run], ({ runUuid }) => runUuid) }
  }
  const setItems = (items: readonly ItemRow[]) => {
    tables = { ...tables, items: withRows(tables.items, items, ({ runUuid, userId }) => `${runUuid} ${userId}`) }
  }
  const log = (entry: AuditEntry) => {
    if (tables.audit.some(({ id }) => id === entry.id)) throw new Error('An audit row with this id stands already.')
    tables = { ...tables, audit: [...tables.audit, entry] }
  }

  function applyOne(change: AccountChange): ChangeOutcome {
    const account = tables.accounts.get(change.userId)
    if (!account || !stands(account, change)) return 'changed'
    const registrationNumber = change.registrationNumber || null
    const holder = registrationNumber && [...tables.accounts.values()].find((one) => one.registrationNumber === registrationNumber)
    if (holder && holder.userId !== change.userId) return 'numberTaken'
    const { userId, expectedVersion, audit, at, revokesSessions, ...columns } = change
    setAccounts([
      {
        ...account,
        ...columns,
        registrationNumber,
        statusChangedAt: account.accountStatus === change.accountStatus ? account.statusChangedAt : at,
        statusVersion: expectedVersion + 1,
        sessionsValidFrom: revokesSessions ? at : account.sessionsValidFrom,
      },
    ])
    log(audit)
    return 'applied'
  }

  function markVerified({ accounts, at }: { readonly accounts: readonly VerifiedAccount[]; readonly at: number }): void {
    setAccounts(
      accounts.flatMap((verified) => {
        const account = tables.accounts.get(verified.userId)
        return account ? [{ ...account, ...newsOf(account, verified), lastSyncAt: at }] : []
      }),
    )
  }

  const accounts: OrganisationAccounts = {
    async page({ selection, after, limit }) {
      return [...tables.accounts.values()]
        .filter((account) => isSelected(account, selection) && (after === null || account.userId > after))
        .sort((a, b) => (a.userId < b.userId ? -1 : 1))
        .slice(0, limit)
    },
    async read(userIds) {
      return userIds.map((userId) => tables.accounts.get(userId)).filter((account) => account !== undefined)
    },
    async holdersOf(registrationNumbers) {
      const asked = new Set(registrationNumbers)
      return new Map(
        [...tables.accounts.values()].flatMap(({ registrationNumber, userId }) =>
          registrationNumber && asked.has(registrationNumber) ? [[registrationNumber, userId]] : [],
        ),
      )
    },
    async changesSince({ userIds, since }) {
      const counts = new Map<string, number>()
      for (const { action, at, details, targetId } of tables.audit) {
        if (action !== STATUS_SYNC_ACTION || at < since || !userIds.includes(targetId)) continue
        if (details.previousStatus !== details.newStatus) counts.set(targetId, (counts.get(targetId) ?? 0) + 1)
      }
      return counts
    },
    async pushedLockOuts({ to, since, atMost }) {
      const lockedOut = [...tables.accounts.values()].filter(
        (one) =>
          one.accountStatus === to &&
          one.statusSource === 'realtime' &&
          one.statusChangedAt >= since &&
          (to === 'suspended' || (one.statusReason !== 'RESUBMITTED' && one.statusChangedAt > one.createdAt)),
      )
      return Math.min(lockedOut.length, atMost)
    },
    async count() {
      return tables.accounts.size
    },
    async apply(_tx, changes) {
      return new Map(changes.toSorted((a, b) => (a.userId < b.userId ? -1 : 1)).map((change) => [change.userId, applyOne(change)]))
    },
    async markVerified(_tx, verified) {
      markVerified(verified)
    },
    async add(account, audit) {
      if (tables.accounts.has(account.userId)) return false
      const fresh = createdAccount(account)
      if ([...tables.accounts.values()].some(({ registrationNumber: taken }) => taken !== null && taken === fresh.registrationNumber))
        throw new TerminalError(statusSyncErrors.NUMBER_TAKEN)
      setAccounts([fresh])
      log(audit)
      return true
    },
    change: (change) => transaction(async () => applyOne(change)),
  }

  const itemsBy = (isMeant: (item: ItemRow) => boolean) => [...tables.items.values()].filter(isMeant)

  const runs: SyncRuns = {
    async begin({ startedAt, ...run }) {
      const standing = tables.runs.get(run.runUuid)
      if (standing) return standing
      const cursor = { batches: 0, decidedThrough: null, counters: NO_COUNTERS, pauseAskedBy: null }
      const begun = { ...run, ...cursor, startedAt, heartbeatAt: startedAt }
      setRun(begun)
      return begun
    },
    async find(runUuid) {
      return tables.runs.get(runUuid) ?? null
    },
    writeBatch: (batch, write) =>
      transaction(async (tx) => {
        const { runUuid, expectedBatches, at, items, verified } = batch
        const halt = await haltOf(batch)
        const run = tables.runs.get(runUuid)
        if (run?.batches !== expectedBatches) return null
        if (halt) return halt
        const decidedThrough = batch.decidedThrough ?? run.decidedThrough
        setRun({ ...run, batches: expectedBatches + 1, decidedThrough, counters: batch.counters, heartbeatAt: at })
        const written = await write?.(tx)
        const { counters, settled } = written ?? batch
        const now = tables.runs.get(runUuid) ?? run
        setRun({ ...now, counters })
        setItems(items.map((item) => newItem(item, runUuid)))
        setItems(settled.flatMap((one) => settledItem(tables.items.get(`${runUuid} ${one.userId}`), one)))
        markVerified({ accounts: written?.verified ?? verified, at })
        if (written?.start?.length) await begin(written.start)
        return { pauseAskedBy: now.pauseAskedBy }
      }),
    async standsAt(_tx, { runUuid, batches }) {
      return tables.runs.get(runUuid)?.batches === batches
    },
    async items({ runUuid, outcome, after, limit }) {
      return itemsBy((item) => item.runUuid === runUuid)
        .filter((item) => (outcome === null || item.outcome === outcome) && (after === null || item.userId > after))
        .sort((a, b) => (a.userId < b.userId ? -1 : 1))
        .slice(0, limit)
        .map(({ runUuid: _, ...item }) => item)
    },
    async list({ job, before, limit }) {
      return [...tables.runs.values()]
        .filter((run) => job === null || run.job === job)
        .filter((run) => before === null || (run.runUuid !== before.runUuid && newestFirst(before, run) < 0))
        .sort(newestFirst)
        .slice(0, limit)
    },
    async itemsOf({ userId, limit }) {
      return itemsBy((item) => item.userId === userId)
        .sort((a, b) => b.decidedAt - a.decidedAt || (a.runUuid < b.runUuid ? 1 : -1))
        .slice(0, limit)
    },
    async askPause({ runUuid, by }) {
      const run = tables.runs.get(runUuid)
      if (run) setRun({ ...run, pauseAskedBy: by })
      return run !== undefined
    },
    async clearPause(_tx, runUuid) {
      const run = tables.runs.get(runUuid)
      if (!run || run.pauseAskedBy === null) return false
      setRun({ ...run, pauseAskedBy: null })
      return true
    },
  }

  return { accounts, runs, audit: () => tables.audit, put: (account) => setAccounts([account]), transaction }
}

function withRows<Row>(rows: ReadonlyMap<string, Row>, changed: readonly Row[], keyOf: (row: Row) => string): ReadonlyMap<string, Row> {
  return new Map([...rows, ...changed.map((row): [string, Row] => [keyOf(row), row])])
}

function stands(account: OrganisationAccount, { expectedVersion, registrationId, registrationVersion }: AccountChange): boolean {
  if (account.statusVersion !== expectedVersion) return false
  if (isHandedBack(account)) return true
  const isSame = registrationId !== null && account.registrationId === registrationId
  return (
    !isSame || registrationVersion === null || account.registrationVersion === null || account.registrationVersion <= registrationVersion
  )
}

function newsOf(account: OrganisationAccount, { seen, statusVersion }: VerifiedAccount): Partial<OrganisationAccount> {
  if (!seen || account.statusVersion !== statusVersion) return {}
  if (account.registrationId !== null && account.registrationId !== seen.registrationId) return {}
  if (account.registrationVersion !== null && account.registrationVersion >= seen.version) return {}
  return { registrationId: seen.registrationId, registrationVersion: seen.version }
}

function isSelected(account: OrganisationAccount, selection: AccountSelection): boolean {
  const { accountStatus, createdAt, registrationNumber, type } = account
  switch (selection.kind) {
    case 'withRegistration':
      return (type === 'organization' || registrationNumber !== null) && accountStatus !== 'closed'
    case 'withoutNumber':
      return type === 'organization' && registrationNumber === null && accountStatus !== 'closed'
    case 'abandoned':
      return accountStatus === 'pending_registration' && registrationNumber === null && createdAt < selection.createdBefore
  }
}

function createdAccount({ userId, type, registrationNumber, azureId, createdAt }: NewAccount): OrganisationAccount {
  return {
    ...{ userId, type, azureId, createdAt, registrationNumber: registrationNumber || null },
    accountStatus: 'pending_registration',
    organizationStatus: null,
    statusSource: 'registration_sync',
    statusReason: 'CREATED',
    ...{ statusChangedAt: createdAt, statusVersion: 1, registrationId: null, registrationVersion: null },
    ...{ lastSyncAt: null, sessionsValidFrom: null },
  }
}

/** What is noted needs nobody to apply it. */
function newItem(item: NewSyncItem, runUuid: string): ItemRow {
  return { ...item, runUuid, settledAt: item.outcome === 'pending' ? null : item.decidedAt }
}

function settledItem(item: ItemRow | undefined, { at, redecided, ...settled }: SettledItem): ItemRow[] {
  return item?.outcome === 'pending' ? [{ ...item, ...settled, ...redecided, settledAt: at }] : []
}

function newestFirst(a: Pick<SyncRun, 'startedAt' | 'runUuid'>, b: Pick<SyncRun, 'startedAt' | 'runUuid'>): number {
  return b.startedAt - a.startedAt || (a.runUuid < b.runUuid ? 1 : -1)
}
