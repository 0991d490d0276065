// The first phase: look at every account, and store what is to become of it. It changes no account's status. What must always hold: a batch is
// judged whole or not at all; the cursor, the counters and the items of a batch are written together; no item comes after what was concluded from
// them all; an outage of the service ends the job where it stands, so that "nothing found" is only ever what the service said.
import type { AnswerOf, Work } from '@rollcall/engine'
import type { Halt, NewSyncItem, SyncRun } from '../ports/sync-runs.ts'
import { decideBlastRadius } from '../rules/blast-radius.ts'
import { countDecision } from '../rules/count-decision.ts'
import { isVerified, judgeAccounts, verifiedOf } from './judge-accounts.ts'
import { createJudgeAhead, type JudgedBatch } from './judge-ahead.ts'
import { createReadAhead } from './read-ahead.ts'
import { beginningOf, type SyncConfig, type SyncInput } from './sync-input.ts'
import { itemOf } from './sync-items.ts'
import type { DecidePorts } from './sync-ports.ts'
import type { SyncJobOptions } from './sync-rules.ts'
import type { SyncProcess } from './sync-states.ts'
import { createPace, isWritten, leaveOff, rest, whileItStands } from './work-in-batches.ts'

/** The work of any sync job: they share a table, and their inputs differ in the configuration only. */
export type SyncWork<Config extends SyncConfig> = Pick<Work<SyncProcess, 'DECIDE'>, 'uuid' | 'version' | 'signal'> & {
  readonly input: Omit<SyncInput, 'config'> & { readonly config: Config }
}
type DecideAnswer = AnswerOf<SyncProcess, 'DECIDE'>

export function createDecideAccounts<Config extends SyncConfig>({
  job,
  configSchema,
  rulesOf,
  ports,
}: SyncJobOptions<Config> & { readonly ports: DecidePorts }): (work: SyncWork<Config>) => Promise<DecideAnswer> {
  const { accounts, clock, syncRuns } = ports

  return async ({ uuid, version, input, signal }) => {
    let run = await syncRuns.begin(beginningOf({ uuid, job, input, now: clock.now() }))
    const config = configSchema.parse(run.config)
    const rules = rulesOf({ config, startedAt: run.startedAt })
    const leaving = new AbortController()
    const ahead = createReadAhead({
      accounts,
      registrations: ports.registrations(config),
      clock,
      rules,
      after: run.decidedThrough,
      batchSize: config.batchSize,
      signal: AbortSignal.any([signal, leaving.signal]),
    })
    const { changesPerDay } = config
    const judging = createJudgeAhead({
      ahead,
      clock,
      judge: (lookedUp, now) => judgeAccounts({ lookedUp, rules, accounts, changesPerDay, now }),
    })
    const pace = createPace({ clock, signal })
    try {
      for (;;) {
        const stop = pace(run)
        if (stop === 'more') return { outcome: stop, received: progress(run) }
        if (stop === 'paused') return rest({ syncRuns, uuid, received: progress(run) })
        const batch = await judging.next()
        if (batch.judged.length > 0) {
          const written = await writeBatch({ run, version, batch })
          if (!isWritten(written)) return leaveOff(written, progress(run))
          run = written
        }
        if (batch.isLast) return finish({ run, version, config })
      }
    } finally {
      leaving.abort()
    }
  }

  async function writeBatch({
    run,
    version,
    batch: { judged, compared, askedAt, at },
  }: {
    readonly run: SyncRun
    readonly version: number
    readonly batch: JudgedBatch
  }): Promise<SyncRun | Halt | null> {
    const { batches, dryRun, runUuid } = run
    const counters = judged.reduce(
      (sum, { account, decision }) => countDecision({ counters: sum, decision, from: account.accountStatus }),
      run.counters,
    )
    const items = judged
      .map((one) => itemOf({ judged: one, dryRun, decidedAt: askedAt }))
      .filter((item): item is NewSyncItem => item !== null)
    const decidedThrough = judged.at(-1)?.account.userId ?? run.decidedThrough
    // A dry run leaves no mark on an account; one that is to change has not been brought up to date yet.
    const verified = dryRun ? [] : compared.filter(isVerified).map(verifiedOf)
    const claim = { runUuid, expectedVersion: version, expectedBatches: batches }
    const written = await syncRuns.writeBatch({ ...claim, decidedThrough, counters, items, settled: [], verified, at })
    return isWritten(written) ? { ...run, ...written, batches: batches + 1, counters, decidedThrough } : written
  }

  function finish({ run, version, config }: { readonly run: SyncRun; readonly version: number; readonly config: Config }): DecideAnswer {
    const { counters, dryRun, runUuid } = run
    const overruns = decideBlastRadius({ counters, policy: { minimum: config.limitMinimum, percent: config.limitPercent } })
    const received = { ...progress(run), overruns }
    const write = whileItStands({ syncRuns, run })
    if (dryRun) return { outcome: 'dryRun', received, write }
    if (counters.toChange === 0) return { outcome: 'nothingToChange', received, write }
    if (overruns.length === 0) return { outcome: 'decided', received, write }
    const wanted = overruns.map(({ direction, changes, limit }) => `${direction}: ${changes}, of which ${limit} need no approval`)
    const message = `The run waits for an approval (${wanted.join('; ')}).`
    ports.notify({ kind: 'approvalNeeded', run: { uuid: runUuid, version }, message })
    return { outcome: 'overLimit', received, write }
  }
}

function progress({ counters: { scanned, toChange } }: Pick<SyncRun, 'counters'>) {
  return { scanned, toChange, overruns: [] }
}
