import type { EpochMs } from '@rollcall/engine'
import type { AccountSelection } from '../ports/organisation-accounts.ts'
import type { RegistrationKey } from '../ports/registrations.ts'
import type { SyncJob } from '../ports/sync-runs.ts'
import type { OrganisationAccount } from '../rules/account.ts'
import type { auditOfChange } from '../rules/audit-of-change.ts'
import type { StatusDecision, StatusQuestion } from '../rules/decide-status.ts'
import type { ConfigSchema, SyncConfig } from './sync-input.ts'

/** What tells one sync job from another. Pure. */
export interface SyncRules {
  readonly job: SyncJob
  /** As the audit log calls it. */
  readonly syncType: Parameters<typeof auditOfChange>[0]['syncType']
  readonly selection: AccountSelection
  /** Under which of its keys an account's registration is asked for. */
  readonly keyOf: (account: OrganisationAccount) => RegistrationKey
  readonly decide: (question: StatusQuestion) => StatusDecision
}

/** The rules of a run. @param startedAt that of the run, so that all its batches look at the same accounts */
export type SyncRulesOf<Config extends SyncConfig> = (given: { readonly config: Config; readonly startedAt: EpochMs }) => SyncRules

/** What tells the states of one sync job from those of another. */
export interface SyncJobOptions<Config extends SyncConfig> {
  readonly job: SyncJob
  readonly configSchema: ConfigSchema<Config>
  readonly rulesOf: SyncRulesOf<Config>
}
