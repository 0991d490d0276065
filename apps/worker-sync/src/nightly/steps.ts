import { type Database, MOVED_STATUSES } from '@rollcall/database'
import type { EpochMs, RunCursor } from '@rollcall/engine'
import { CANARY_PROCESS, type RetentionEnv, type RetentionName } from '@rollcall/platform'

const DAY_MS = 86_400_000

/** One kind of rows, put away portion by portion. */
export interface Step {
  /** Metrics and log name it so. */
  readonly what: RetentionName | 'lateHistory' | 'remains'
  /** Puts at most about so many rows away. */
  readonly portion: (limit: number) => Promise<Portion>
}

export interface Portion {
  readonly rows: number
  readonly more: boolean
  /** How long the transaction took, where waiting for it is to be left out. */
  readonly tookMs?: number
}

type Stores = Pick<Database, 'archive' | 'persons' | 'retention'>

/** In this order: what leaves the ledger for the archive is purged from there years later, and an import has ended when its runs have. */
export function stepsOf({
  stores: { archive, persons, retention },
  env,
  asOf,
  now,
}: {
  readonly stores: Stores
  readonly env: RetentionEnv
  readonly asOf: EpochMs
  readonly now: () => EpochMs
}): readonly Step[] {
  const olderThan = (days: number) => asOf - days * DAY_MS
  const archived = { before: olderThan(env.ARCHIVE_KEPT_DAYS) }
  return [
    moving(archive, { endedBefore: olderThan(env.RUNS_KEPT_DAYS), now }),
    untilNone('archive', (limit) => archive.purge({ archivedBefore: archived.before, limit })),
    // Behind the runs: what a sync found goes once its run has left the ledger.
    untilNone('syncs', (limit) => retention.purgeSyncs({ before: olderThan(env.RUNS_KEPT_DAYS), limit, at: now() })),
    untilNone('ticks', (limit) => retention.purgeTicks({ before: olderThan(env.RUNS_KEPT_DAYS), limit, at: now() })),
    untilNone('imports', (limit) => retention.eraseImports({ before: olderThan(env.IMPORTS_KEPT_DAYS), limit, at: now() })),
    untilNone('importSkeletons', (limit) => retention.purgeImports({ ...archived, limit, at: now() })),
    untilNone('cohorts', (limit) => retention.purgeCohorts({ before: olderThan(env.COHORTS_KEPT_DAYS), limit, at: now() })),
    untilNone('closures', (limit) => retention.purgeClosures({ before: olderThan(env.CLOSURES_KEPT_DAYS), limit, at: now() })),
    untilNone('alerts', (limit) => retention.purgeAlerts({ before: olderThan(env.ALERTS_KEPT_DAYS), limit, at: now() })),
    untilNone('audit', (limit) => retention.purgeAudit({ before: olderThan(env.AUDIT_KEPT_DAYS), limit, at: now() })),
    { what: 'lateHistory', portion: async () => ({ rows: await retention.emptyLateHistory(), more: false }) },
    // The last one, since it rewrites what the others have left. Counted once, whatever there was.
    { what: 'remains', portion: async () => ({ rows: (await persons.clearRemains()) === 'cleared' ? 1 : 0, more: false }) },
  ]
}

function untilNone(what: Step['what'], remove: (limit: number) => Promise<number>): Step {
  return {
    what,
    async portion(limit) {
      const rows = await remove(limit)
      return { rows, more: rows > 0 }
    },
  }
}

/** One status after the other, and none where the one before it failed: whoever replays a failed run must find the later one that did its work. */
function moving(
  archive: Stores['archive'],
  { endedBefore, now }: Pick<Parameters<Stores['archive']['move']>[0], 'endedBefore'> & { readonly now: () => EpochMs },
): Step {
  const [...left] = MOVED_STATUSES
  let after: RunCursor | null = null
  return {
    what: 'runs',
    async portion(limit) {
      for (;;) {
        const [status] = left
        if (!status) return { rows: 0, more: false }
        const part = { status, endedBefore, exceptProcess: CANARY_PROCESS, archivedAt: now(), after, limit }
        const { moved, next, tookMs } = await archive.move(part)
        after = next
        if (next === null) left.shift()
        if (moved > 0 || next !== null) return { rows: moved, more: left.length > 0, tookMs }
      }
    },
  }
}
