// Between an approval, a pause, or any other wait, and applying: asks again about the changes that are left. What must always hold: a change that the registration
// does not ask for any more is not applied; nothing is added, since nobody has seen it.
import type { AnswerOf, Work } from '@rollcall/engine'
import type { VerifiedAccount } from '../ports/organisation-accounts.ts'
import type { RegistrationAnswer, RegistrationKey } from '../ports/registrations.ts'
import type { SettledItem, SyncItem } from '../ports/sync-runs.ts'
import type { SyncWork } from './decide-accounts.ts'
import { ASK_FOR_MS } from './fresh-answers.ts'
import { isVerified, judgeAccounts, pairUp, verifiedOf } from './judge-accounts.ts'
import { beginningOf, type SyncConfig } from './sync-input.ts'
import { stillLeadsTo, targetOf } from './sync-items.ts'
import type { DecidePorts } from './sync-ports.ts'
import type { SyncJobOptions, SyncRules } from './sync-rules.ts'
import type { SyncProcess } from './sync-states.ts'
import { createPace, isWritten, leaveOff, rest } from './work-in-batches.ts'

type RecheckWork<Config extends SyncConfig> = SyncWork<Config> & Pick<Work<SyncProcess, 'RECHECK'>, 'result' | 'stateSince'>
type RecheckAnswer = AnswerOf<SyncProcess, 'RECHECK'>

export function createRecheckRegistrations<Config extends SyncConfig>({
  job,
  configSchema,
  rulesOf,
  ports,
}: SyncJobOptions<Config> & { readonly ports: DecidePorts }): (work: RecheckWork<Config>) => Promise<RecheckAnswer> {
  const { accounts, clock, syncRuns } = ports

  return async ({ uuid, version, input, result, stateSince, signal }) => {
    let run = await syncRuns.begin(beginningOf({ uuid, job, input, now: clock.now() }))
    const config = configSchema.parse(run.config)
    const rules = rulesOf({ config, startedAt: run.startedAt })
    const registrations = ports.registrations(config)
    const pace = createPace({ clock, signal })
    // What an earlier stay left, before a pause, is no cursor of this one.
    const before = result.RECHECK?.since === stateSince ? result.RECHECK : null
    let { rechecked, dropped, after, from } = before ?? { rechecked: 0, dropped: 0, after: null, from: null }
    const received = () => ({ rechecked, dropped, after, since: stateSince, from })
    for (;;) {
      const items = await syncRuns.items({ runUuid: uuid, outcome: 'pending', after, limit: config.batchSize })
      const last = items.at(-1)
      if (!last || (from !== null && clock.now() - from >= ASK_FOR_MS)) return { outcome: 'rechecked', received: received() }
      const stop = pace(run)
      if (stop === 'more') return { outcome: stop, received: received() }
      if (stop === 'paused') return rest({ syncRuns, uuid, received: received() })
      const askedAt = clock.now()
      const { settled, verified } = await recheck({ items, rules, config, ask: (keys) => registrations.find(keys, signal) })
      // Written also where there is nothing to write: it shows whether another try is at work, and whether the run is to pause.
      const batch = { decidedThrough: null, counters: run.counters, items: [], settled, verified, at: clock.now() }
      const written = await syncRuns.writeBatch({ runUuid: uuid, expectedVersion: version, expectedBatches: run.batches, ...batch })
      if (!isWritten(written)) return leaveOff(written, received())
      run = { ...run, ...written, batches: run.batches + 1 }
      rechecked += items.length
      dropped += settled.length
      after = last.userId
      from ??= askedAt
    }
  }

  /** The items that are not to be applied any more, and the accounts that need no change by now. */
  async function recheck({
    items,
    rules,
    config,
    ask,
  }: {
    readonly items: readonly SyncItem[]
    readonly rules: SyncRules
    readonly config: Config
    readonly ask: (keys: readonly RegistrationKey[]) => Promise<readonly RegistrationAnswer[]>
  }): Promise<{ readonly settled: SettledItem[]; readonly verified: VerifiedAccount[] }> {
    const read = await accounts.read(items.map(({ userId }) => userId))
    const now = clock.now()
    const answers = await ask(read.map(rules.keyOf))
    const lookedUp = pairUp(read, answers)
    const judged = await judgeAccounts({ lookedUp, rules, accounts, changesPerDay: config.changesPerDay, now })
    const verified = judged.filter(isVerified).map(verifiedOf)
    const settled = judged.flatMap((one) => {
      const item = items.find(({ userId }) => userId === one.account.userId)
      if (!item || stillLeadsTo(targetOf(item), one)) return []
      return [{ userId: item.userId, outcome: 'noted' as const, attempt: 0, errorCode: one.decision.reasonCode, at: now }]
    })
    return { settled, verified }
  }
}
