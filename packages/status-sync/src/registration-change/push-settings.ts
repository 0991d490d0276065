import type { Schedules } from '@rollcall/engine'
import { DEFAULT_SYNC_CONFIG, SyncConfig } from '../sync/sync-input.ts'

/** What an operator set for the sync of statuses that holds for pushes, too. */
export type PushSettings = Pick<SyncConfig, 'changesPerDay' | 'limitMinimum' | 'limitPercent'>

const SCHEDULE = 'userStatusSync'

/** Reads the schedule's settings anew each time; where one is not stored, or makes no sense to this release, its default holds. */
export function createPushSettings(schedules: Pick<Schedules, 'find'>): () => Promise<PushSettings> {
  return async () => {
    const stored = (await schedules.find(SCHEDULE))?.settings
    const effective = <Name extends keyof PushSettings>(name: Name): PushSettings[Name] => {
      const parsed = SyncConfig.shape[name].safeParse(stored?.[name]?.value)
      return parsed.success ? parsed.data : DEFAULT_SYNC_CONFIG[name]
    }
    return {
      changesPerDay: effective('changesPerDay'),
      limitMinimum: effective('limitMinimum'),
      limitPercent: effective('limitPercent'),
    }
  }
}
