// Invented registrations of every kind that real ones come in, the untidy ones too: statuses that nobody has heard of, numbers that are missing or
// double, users with two registrations. What must always hold: the same seed plans the same, portion by portion, whatever the count.
import type { RegistrationRecord, SeededAccount } from '@rollcall/database'
import type { EpochMs } from '@rollcall/engine'
import { ACCOUNT_STATUS_OF } from '@rollcall/status-sync'
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64'
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'

export interface SeedOrder {
  /** Organisations. */
  readonly count: number
  readonly seed: number
  readonly now: EpochMs
  /** The share of accounts that do not agree with their registration. */
  readonly changedShare: number
  /** Organisations in a portion. */
  readonly portion: number
}

export interface SeedPortion {
  readonly registrations: readonly RegistrationRecord[]
  /** One per organisation. */
  readonly accounts: readonly SeededAccount[]
}

/** Out of a hundred; the last two are words that no sync knows. */
const STATUSES = [
  ['approved', 44],
  ['certified', 15],
  ['submitted', 11],
  ['under_review', 8],
  ['draft', 8],
  ['rejected', 7],
  ['clarification', 4],
  ['renewal_due', 2],
  ['archived', 1],
] as const
type Status = (typeof STATUSES)[number][0]

interface Planned extends RegistrationRecord {
  readonly status: Status
}

const ACCOUNT_STATUS: Readonly<Record<Status, string>> = {
  ...ACCOUNT_STATUS_OF,
  // As they were before the registration took a status that we do not know.
  renewal_due: 'active',
  archived: 'active',
}

const NUMBER_MISSING = 0.02
const NUMBER_DOUBLE = 0.005
const SECOND_REGISTRATION = 0.005
const HIGHEST_VERSION = 9
const YEAR_MS = 365 * 86_400_000

export function* planSeed({ count, changedShare, now, portion, seed }: SeedOrder): Generator<SeedPortion> {
  const generator = xoroshiro128plus(seed)
  const chance = () => uniformFloat64(generator)
  let numberBefore: string | null = null

  for (let from = 1; from <= count; from += portion) {
    const organisations = Array.from({ length: Math.min(portion, count - from + 1) }, (_, index) => organisation(from + index))
    yield {
      registrations: organisations.flatMap(({ registrations }) => registrations),
      accounts: organisations.map(({ account }) => account),
    }
  }

  function organisation(index: number): { readonly registrations: RegistrationRecord[]; readonly account: SeededAccount } {
    const first = registration({ index, series: 1 })
    const hasSecond = chance() < SECOND_REGISTRATION
    const registrations = hasSecond ? [first, registration({ index, series: 2 })] : [first]
    return { registrations, account: accountOf(first, chance() < changedShare) }
  }

  function registration({ index, series }: { readonly index: number; readonly series: number }): Planned {
    const status = draw(chance())
    const updatedAt = now - Math.floor(chance() * YEAR_MS)
    return {
      registrationId: `00000000-0000-7000-800${series}-${index.toString(16).padStart(12, '0')}`,
      registrationNumber: numberFor({ index, series, status }),
      userId: `seed-${digits(index)}`,
      status,
      organizationName: `Organisation ${digits(index)}`,
      version: 1 + Math.floor(chance() * HIGHEST_VERSION),
      createdAt: updatedAt - YEAR_MS,
      updatedAt,
    }
  }

  function numberFor({ index, series, status }: { index: number; series: number; status: Status }): string | null {
    const luck = chance()
    if (status === 'draft' || luck < NUMBER_MISSING) return null
    if (luck < NUMBER_MISSING + NUMBER_DOUBLE && numberBefore !== null) return numberBefore
    numberBefore = `SEED-${digits(index)}${series === 1 ? '' : `-${series}`}`
    return numberBefore
  }
}

function digits(index: number): string {
  return String(index).padStart(7, '0')
}

function draw(chance: number): Status {
  let left = chance * 100
  for (const [status, share] of STATUSES) {
    left -= share
    if (left < 0) return status
  }
  return 'approved'
}

/** As the last sync left it, or as it was before the last change of the registration. Of a double number only the first has it. */
function accountOf(
  { createdAt, organizationName, registrationNumber, status, userId, version }: Planned,
  isChanged: boolean,
): SeededAccount {
  const accountStatus = ACCOUNT_STATUS[status]
  const isOwn = registrationNumber === `SEED-${userId.slice('seed-'.length)}`
  const account = { userId, organizationName, registrationNumber: isOwn ? registrationNumber : null, createdAt }
  if (!isChanged) return { ...account, accountStatus, organizationStatus: status, registrationVersion: version }
  return accountStatus === 'active'
    ? { ...account, accountStatus: 'pending_registration', organizationStatus: 'submitted', registrationVersion: version - 1 }
    : { ...account, accountStatus: 'active', organizationStatus: 'approved', registrationVersion: version - 1 }
}
