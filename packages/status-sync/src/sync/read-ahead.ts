// Looks up the next batches while the last one is being judged and written. What must always hold: batches come in order, and a fault comes in
// the place of the batch that it befell, so that everything before it is written.
import type { Clock, EpochMs } from '@rollcall/engine'
import type { OrganisationAccounts } from '../ports/organisation-accounts.ts'
import type { Registrations } from '../ports/registrations.ts'
import type { OrganisationAccount } from '../rules/account.ts'
import { type LookedUp, pairUp } from './judge-accounts.ts'
import type { SyncRules } from './sync-rules.ts'

/** How many batches may be under way before they are asked for. */
const AHEAD = 2
/** One statement reads the accounts of so many batches. */
export const BATCHES_PER_READ = 4

export interface BatchOfAccounts {
  /** Empty where the one before was the last, too. */
  readonly lookedUp: readonly LookedUp[]
  /** When the service was asked: the answers are no younger, however long they wait to be judged. */
  readonly askedAt: EpochMs
  readonly isLast: boolean
}

interface Cursor {
  /** Read, and in no batch yet. */
  readonly waiting: readonly OrganisationAccount[]
  readonly after: string | null
  readonly ended: boolean
}

export interface ReadAhead {
  next(): Promise<BatchOfAccounts>
}

export function createReadAhead({
  accounts,
  registrations,
  clock,
  rules,
  after,
  batchSize,
  signal,
}: {
  readonly accounts: Pick<OrganisationAccounts, 'page'>
  readonly registrations: Pick<Registrations, 'find'>
  readonly clock: Clock
  readonly rules: Pick<SyncRules, 'keyOf' | 'selection'>
  readonly after: string | null
  readonly batchSize: number
  readonly signal: AbortSignal
}): ReadAhead {
  const queue: Promise<BatchOfAccounts>[] = []
  const limit = BATCHES_PER_READ * batchSize
  let cursor: Promise<Cursor> = Promise.resolve({ waiting: [], after, ended: false })

  function begin(): void {
    const read = cursor.then((at) => (at.waiting.length > 0 || at.ended ? at : readOn(at)))
    const batch = read.then(async ({ waiting, ended }) => ({
      askedAt: clock.now(),
      lookedUp: await lookUp(waiting.slice(0, batchSize)),
      isLast: ended && waiting.length <= batchSize,
    }))
    cursor = read.then((at) => ({ ...at, waiting: at.waiting.slice(batchSize) }))
    // A fault is told to whoever asks for the batch. Nobody may: the job can end before.
    for (const promise of [batch, cursor]) promise.catch(() => undefined)
    queue.push(batch)
  }

  async function readOn(at: Cursor): Promise<Cursor> {
    const waiting = await accounts.page({ selection: rules.selection, after: at.after, limit })
    return { waiting, after: waiting.at(-1)?.userId ?? at.after, ended: waiting.length < limit }
  }

  async function lookUp(read: readonly OrganisationAccount[]): Promise<LookedUp[]> {
    return read.length === 0 ? [] : pairUp(read, await registrations.find(read.map(rules.keyOf), signal))
  }

  return {
    next() {
      while (queue.length <= AHEAD) begin()
      const [batch] = queue.splice(0, 1)
      if (!batch) throw new Error('A batch was begun and is not there.')
      return batch
    },
  }
}
