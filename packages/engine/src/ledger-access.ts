// The hot path to the ledger: reads, transitions and enqueues that arrive together are gathered over all queues of this process.
// What must always hold: a job counts as done only after its transition is committed; a winner's next job is enqueued only after that;
// if one run of a batch cannot be read, or one transition not written, the others are not held up by it.
import type { Dispatcher, StateJob } from './dispatcher.ts'
import { LedgerUnavailableError } from './errors.ts'
import { gather } from './gather.ts'
import type { Ledger, Transaction, Transition } from './ledger.ts'
import { type Notify, queueUnreachable } from './notice.ts'
import type { NewRun, Run } from './run.ts'

/** More than this in one statement gains nothing and holds locks for longer. */
const MAX_PER_FLUSH = 500

export interface LedgerAccess {
  read(uuid: string): Promise<Run | null>
  /** Commits one decided change, then enqueues what follows. False: the version was no longer the one that was read. */
  commit(change: Change): Promise<boolean>
  /** Puts a job back that should be in the queue, unless it is. */
  restore(job: StateJob): Promise<void>
}

export interface Change {
  readonly transition: Transition
  readonly write: ((tx: Transaction) => Promise<void>) | null
  readonly start: readonly NewRun[]
  readonly jobs: readonly StateJob[]
}

type Read = { readonly run: Run | null } | { readonly error: unknown }
type Written = { readonly won: boolean } | { readonly error: unknown }

export function createLedgerAccess({
  ledger,
  dispatcher,
  notify,
}: {
  readonly ledger: Pick<Ledger, 'read' | 'commit' | 'commitWith'>
  readonly dispatcher: Pick<Dispatcher, 'enqueue' | 'restore'>
  readonly notify: Notify
}): LedgerAccess {
  const readRun = gather<string, Read>({ max: MAX_PER_FLUSH, flush: (uuids) => readTogether(ledger, uuids) })

  const write = gather<Transition, Written>({ max: MAX_PER_FLUSH, flush: (transitions) => writeTogether(ledger, transitions) })

  const enqueue = gather<readonly StateJob[], void>({
    max: MAX_PER_FLUSH,
    flush: async (batches) => {
      const jobs = batches.flat()
      try {
        await dispatcher.enqueue(jobs)
      } catch (error) {
        // The ledger has the transition; reconcile enqueues it as soon as the queue answers again.
        notify(queueUnreachable(error, jobs.length))
      }
      return batches.map(() => undefined)
    },
  })

  return {
    async read(uuid) {
      const read = await readRun(uuid)
      if ('error' in read) throw read.error
      return read.run
    },
    async restore(job) {
      try {
        await dispatcher.restore([job])
      } catch (error) {
        notify(queueUnreachable(error, 1))
      }
    },

    async commit(change) {
      const won = await commitOne(change)
      if (won && change.jobs.length > 0) await enqueue(change.jobs)
      return won
    },
  }

  async function commitOne({ transition, write: ownWrites, start }: Change): Promise<boolean> {
    if (ownWrites !== null || start.length > 0) return ledger.commitWith({ transition, write: ownWrites, start })
    const written = await write(transition)
    if ('error' in written) throw written.error
    return written.won
  }
}

async function readTogether(ledger: Pick<Ledger, 'read'>, uuids: readonly string[]): Promise<Read[]> {
  try {
    const found = new Map((await ledger.read([...new Set(uuids)])).map((run) => [run.uuid, run]))
    return uuids.map((uuid) => ({ run: found.get(uuid) ?? null }))
  } catch (error) {
    if (error instanceof LedgerUnavailableError || uuids.length === 1) return uuids.map(() => ({ error }))
    // One of them cannot be read, such as a row that somebody has edited by hand.
    const reads: Read[] = []
    for (const uuid of uuids) reads.push(...(await readTogether(ledger, [uuid])))
    return reads
  }
}

async function writeTogether(ledger: Pick<Ledger, 'commit'>, transitions: readonly Transition[]): Promise<Written[]> {
  // Two jobs of one version can meet in a flush after a stall. A set-based statement would apply both, so the later one goes alone.
  const seen = new Set<string>()
  const firsts = transitions.filter((transition) => !seen.has(transition.uuid) && seen.add(transition.uuid))
  const together = new Set(firsts)
  const winners = await tryTogether(ledger, firsts)
  const results: Written[] = []
  for (const transition of transitions) {
    const isWritten = winners !== null && together.has(transition)
    results.push(isWritten ? { won: winners.has(transition.uuid) } : await writeAlone(ledger, transition))
  }
  return results
}

/** Null: the shared transaction was rolled back because of one of them. */
async function tryTogether(ledger: Pick<Ledger, 'commit'>, transitions: readonly Transition[]): Promise<ReadonlySet<string> | null> {
  try {
    return await ledger.commit(transitions)
  } catch (error) {
    if (error instanceof LedgerUnavailableError || transitions.length === 1) throw error
    return null
  }
}

async function writeAlone(ledger: Pick<Ledger, 'commit'>, transition: Transition): Promise<Written> {
  try {
    return { won: (await ledger.commit([transition])).has(transition.uuid) }
  } catch (error) {
    return { error }
  }
}
