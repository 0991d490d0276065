import type { RegistrationSeeds } from '@rollcall/database'
import type { EpochMs } from '@rollcall/engine'
import { planSeed } from './plan-seed.ts'

export interface SeedOptions {
  readonly seeds: RegistrationSeeds
  /** Organisations. */
  readonly count: number
  readonly seed: number
  readonly now: EpochMs
  /** Null: no accounts. Otherwise the share of them that do not agree with their registration. */
  readonly accountsChanged: number | null
  readonly say?: (line: string) => void
}

export interface Seeded {
  readonly registrations: number
  readonly accounts: number
}

const ORGANISATIONS_AT_ONCE = 500

/** A portion is in memory at a time. @returns how many did not stand yet */
export async function seedRegistrations({ accountsChanged, say = () => {}, seeds, ...order }: SeedOptions): Promise<Seeded> {
  let registrations = 0
  let accounts = 0
  for (const planned of planSeed({ ...order, changedShare: accountsChanged ?? 0, portion: ORGANISATIONS_AT_ONCE })) {
    registrations += await seeds.addRegistrations(planned.registrations)
    if (accountsChanged !== null) accounts += await seeds.addAccounts(planned.accounts)
    say(`${registrations} registrations, ${accounts} accounts`)
  }
  return { registrations, accounts }
}
