// Whether an account that was adopted is older than the password that we had sealed for it, and therefore has another one.

/** The directory's clock and SQL's may differ by this much. */
const CLOCK_TOLERANCE_MS = 300_000

export interface AdoptedAccount {
  /** False: our own request made it, and was answered. */
  readonly adopted: boolean
  /** ISO 8601, by the directory's clock; null where it does not say. */
  readonly createdAt: string | null
  /** ISO 8601, by SQL's clock; null where it is not known. */
  readonly sealedAt: string | null
}

/** An account whose age is not known counts as ours: an earlier try of ours is by far the likeliest to have made it. */
export function existedBefore({ adopted, createdAt, sealedAt }: AdoptedAccount): boolean {
  if (!adopted || createdAt === null || sealedAt === null) return false
  return Date.parse(createdAt) < Date.parse(sealedAt) - CLOCK_TOLERANCE_MS
}
