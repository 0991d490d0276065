// The second phase: apply what was decided, as far as it still holds. What must always hold: an account is only written while the version stands
// that was just read and judged; a change, its audit row, its item and the run that ends its sessions are written together; nothing is
// applied that leads elsewhere than what was decided, and perhaps approved, in the first phase, nor on an answer that is old by now.
import {
  type AnswerOf,
  type Clock,
  type Dispatcher,
  type EpochMs,
  type NewRun,
  type Notify,
  prepareRun,
  queueUnreachable,
  type Work,
} from '@rollcall/engine'
import { statusSyncErrors } from '../errors.ts'
import type { AccountChange, OrganisationAccounts, VerifiedAccount } from '../ports/organisation-accounts.ts'
import type { Halt, SettledItem, SyncItem, SyncItemOutcome, SyncRun, SyncRuns, WrittenBatch } from '../ports/sync-runs.ts'
import { accountChangeOf } from '../rules/account-change-of.ts'
import { revocationOf } from '../rules/revocation-of.ts'
import { sessionRevocation } from '../session-revocation/process.ts'
import { isAnswerFresh } from './fresh-answers.ts'
import { judgeAccounts, verifiedOf } from './judge-accounts.ts'
import { beginningOf, type SyncConfig, type SyncInput } from './sync-input.ts'
import { answerOf, isAsDecided, stillLeadsTo, targetOf } from './sync-items.ts'
import type { SyncJobOptions, SyncRules } from './sync-rules.ts'
import type { SyncProcess } from './sync-states.ts'
import { createPace, isWritten, leaveOff, rest, whileItStands } from './work-in-batches.ts'

/** An account that was changed by somebody else each of so many times is left to the next run. */
export const MOST_ATTEMPTS = 3

export interface ApplyPorts {
  readonly accounts: Pick<OrganisationAccounts, 'read' | 'holdersOf' | 'changesSince' | 'apply'>
  readonly syncRuns: Pick<SyncRuns, 'begin' | 'items' | 'writeBatch' | 'standsAt' | 'clearPause'>
  readonly dispatcher: Pick<Dispatcher, 'enqueue'>
  readonly clock: Clock
  readonly newId: () => string
  readonly notify: Notify
  /** For the share of changes that no push had brought before. */
  readonly countChanges: CountChanges
}

export type CountChanges = (counted: { readonly source: 'registration_sync' | 'realtime'; readonly changes: number }) => void

export type ApplyWork<Config extends SyncConfig> = Pick<
  Work<SyncProcess, 'APPLY'>,
  'uuid' | 'version' | 'groupUuid' | 'priority' | 'signal' | 'result'
> & {
  readonly input: Omit<SyncInput, 'config'> & { readonly config: Config }
}
type ApplyAnswer = AnswerOf<SyncProcess, 'APPLY'>

/** An item that may still be applied. */
interface PlannedChange {
  readonly item: SyncItem
  readonly change: AccountChange
  /** Ends the sessions with the directory. */
  readonly revocation: NewRun | null
}

interface Plan {
  readonly changes: readonly PlannedChange[]
  /** Not to be applied any more. */
  readonly settled: readonly SettledItem[]
  /** Of those, the accounts that need no change by now. */
  readonly verified: readonly VerifiedAccount[]
}

export function createApplyChanges<Config extends SyncConfig>({
  job,
  configSchema,
  rulesOf,
  ports,
}: SyncJobOptions<Config> & { readonly ports: ApplyPorts }): (work: ApplyWork<Config>) => Promise<ApplyAnswer> {
  const { accounts, clock, syncRuns } = ports

  return async (work) => {
    const { uuid, version, input, result, signal } = work
    let run = await syncRuns.begin(beginningOf({ uuid, job, input, now: clock.now() }))
    const config = configSchema.parse(run.config)
    const rules = rulesOf({ config, startedAt: run.startedAt })
    const pace = createPace({ clock, signal })
    /** How often each account had changed by the time that it was to be written. */
    const overtaken = new Map<string, number>()
    for (;;) {
      const stop = pace(run)
      if (stop === 'more') return { outcome: stop, received: progress(run) }
      if (stop === 'paused') return rest({ syncRuns, uuid, received: progress(run) })
      const pending = await syncRuns.items({ runUuid: uuid, outcome: 'pending', after: null, limit: config.batchSize })
      if (pending.length === 0) {
        const write = whileItStands({ syncRuns, run })
        return { outcome: allApplied(run) ? 'applied' : 'someNotApplied', received: progress(run), write }
      }
      const now = clock.now()
      const items = pending.filter((item) => isAnswerFresh({ item, rechecked: result.RECHECK, now }))
      if (items.length === 0) return { outcome: 'outdated', received: progress(run) }
      const plan = await planBatch({ work, config, items, rules, overtaken, now })
      const written = await writeBatch({ run, version, plan, overtaken, now })
      if (!isWritten(written)) return leaveOff(written, progress(run))
      run = written
    }
  }

  async function planBatch({
    work,
    config,
    items,
    rules,
    overtaken,
    now,
  }: {
    readonly work: ApplyWork<Config>
    readonly config: Config
    readonly items: readonly SyncItem[]
    readonly rules: SyncRules
    readonly overtaken: ReadonlyMap<string, number>
    readonly now: EpochMs
  }): Promise<Plan> {
    const { requestedBy } = work.input
    const read = new Map((await accounts.read(items.map(({ userId }) => userId))).map((account) => [account.userId, account]))
    const lookedUp = items.flatMap((item) => {
      const account = read.get(item.userId)
      return account ? [{ account, answer: answerOf(item), askedAfterRead: isAsDecided(item, account) }] : []
    })
    const judged = await judgeAccounts({ lookedUp, rules, accounts, changesPerDay: config.changesPerDay, now })
    const judgedOf = new Map(judged.map((one) => [one.account.userId, one]))
    const changes: PlannedChange[] = []
    const settled: SettledItem[] = []
    for (const item of items) {
      const tries = overtaken.get(item.userId) ?? 0
      const settle = (outcome: SyncItemOutcome, errorCode: string) => settled.push(settledItem({ item, outcome, errorCode, tries, now }))
      const one = judgedOf.get(item.userId)
      if (!one) settle('failed', statusSyncErrors.ACCOUNT_GONE.code)
      else if (tries >= MOST_ATTEMPTS) settle('conflicted', statusSyncErrors.ACCOUNT_CHANGED.code)
      else if (!stillLeadsTo(targetOf(item), one)) settle('noted', one.decision.reasonCode)
      else {
        const { account, decision } = one
        const written = { syncType: rules.syncType, id: ports.newId(), at: now, actor: requestedBy, runUuid: work.uuid }
        const input = revocationOf({ account, change: decision.change })
        const from = { groupUuid: work.groupUuid, requestedBy, priority: work.priority, now, newId: ports.newId }
        const revocation = input && prepareRun({ process: sessionRevocation, input, ...from })
        changes.push({ item, change: accountChangeOf({ account, decision, source: 'registration_sync', ...written }), revocation })
      }
    }
    const verified = judged.filter(({ decision }) => decision.action !== 'update').map(verifiedOf)
    return { changes, settled, verified }
  }

  /** Those that were overtaken once more stay pending. @returns why it was not written, null if another has written it */
  async function writeBatch({
    run,
    version,
    plan,
    overtaken,
    now,
  }: {
    readonly run: SyncRun
    readonly version: number
    readonly plan: Plan
    readonly overtaken: Map<string, number>
    readonly now: EpochMs
  }): Promise<SyncRun | Halt | null> {
    const { batches, runUuid } = run
    const { settled: given, verified } = plan
    let done: Required<WrittenBatch> = { counters: countSettled(run.counters, given), settled: given, verified, start: [] }
    let late: readonly string[] = []
    const batch = { runUuid, expectedVersion: version, expectedBatches: batches, decidedThrough: null, items: [], verified, at: now }
    const written = await syncRuns.writeBatch(
      { ...batch, counters: done.counters, settled: done.settled },
      plan.changes.length === 0
        ? undefined
        : async (tx) => {
            const outcomes = await accounts.apply(
              tx,
              plan.changes.map(({ change }) => change),
            )
            const by = (outcome: string) => plan.changes.filter(({ item }) => outcomes.get(item.userId) === outcome)
            const tries = (item: SyncItem) => (overtaken.get(item.userId) ?? 0) + 1
            const applied = by('applied')
            late = by('changed').map(({ item }) => item.userId)
            const settled = [
              ...given,
              ...applied.map(({ item }) => settledItem({ item, outcome: 'applied', errorCode: null, tries: tries(item), now })),
              ...by('numberTaken').map(({ item }) =>
                settledItem({ item, outcome: 'failed', errorCode: statusSyncErrors.NUMBER_TAKEN.code, tries: tries(item), now }),
              ),
            ]
            const start = applied.flatMap(({ revocation }) => (revocation ? [revocation] : []))
            const upToDate = applied.map(({ change: { userId, expectedVersion } }) => ({
              userId,
              statusVersion: expectedVersion + 1,
              seen: null,
            }))
            done = { counters: countSettled(run.counters, settled), settled, verified: [...verified, ...upToDate], start }
            return done
          },
    )
    if (!isWritten(written)) return written
    for (const userId of late) overtaken.set(userId, (overtaken.get(userId) ?? 0) + 1)
    await enqueue(done.start)
    const changes = done.settled.filter(({ outcome }) => outcome === 'applied').length
    if (changes > 0) ports.countChanges({ source: 'registration_sync', changes })
    return { ...run, ...written, batches: batches + 1, counters: done.counters }
  }

  /** The ledger has them: without the queue they wait for reconcile. */
  async function enqueue(runs: readonly NewRun[]): Promise<void> {
    if (runs.length === 0) return
    const jobs = runs.map(({ uuid, process, state, priority }) => ({ process, state, uuid, version: 1, priority, delayMs: 0 }))
    await ports.dispatcher.enqueue(jobs).catch((error: unknown) => ports.notify(queueUnreachable(error, jobs.length)))
  }
}

function settledItem({
  item: { userId },
  outcome,
  errorCode,
  tries,
  now,
}: {
  readonly item: SyncItem
  readonly outcome: SyncItemOutcome
  readonly errorCode: string | null
  readonly tries: number
  readonly now: EpochMs
}): SettledItem {
  return { userId, outcome, attempt: tries, errorCode, at: now }
}

function countSettled(counters: SyncRun['counters'], settled: readonly SettledItem[]): SyncRun['counters'] {
  const count = (outcome: SyncItemOutcome) => settled.filter((item) => item.outcome === outcome).length
  return {
    ...counters,
    applied: counters.applied + count('applied'),
    conflicted: counters.conflicted + count('conflicted'),
    failed: counters.failed + count('failed'),
  }
}

function allApplied({ counters: { conflicted, failed } }: SyncRun): boolean {
  return conflicted === 0 && failed === 0
}

function progress({ counters: { applied, conflicted, failed } }: SyncRun) {
  return { applied, conflicted, failed }
}
