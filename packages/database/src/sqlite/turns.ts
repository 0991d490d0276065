// Whose turn it is on the connection, first come, first served. Synchronous transactions that stand next to each other in the queue are carried
// out under one BEGIN and COMMIT. Nobody is answered before the commit is on the disk, and nobody behind him waits for that.
import type { DatabaseSync } from 'node:sqlite'

export interface Turns {
  /** Waits for a turn that lasts until the answer is called. */
  take(): Promise<() => void>
  /** Runs a synchronous body under its own savepoint, as part of a transaction that it may share with its neighbours. */
  transaction<T>(body: () => T): Promise<T>
}

/** A turn that somebody waits for: alone, or one that may share its transaction. */
type Waiting =
  | { readonly alone: true; readonly start: (release: () => void) => void }
  | {
      readonly alone: false
      readonly body: () => unknown
      readonly resolve: (answer: unknown) => void
      readonly reject: (error: unknown) => void
    }

type Sharing = Extract<Waiting, { alone: false }>

/** More in one commit would keep the file from other processes for too long. */
const MAX_SHARED = 64

/**
 * @param begin opens a write transaction, waiting for other processes
 * @param flushed resolves once what has been committed is on the disk
 */
export function createTurns({
  db,
  begin,
  flushed,
}: {
  readonly db: DatabaseSync
  readonly begin: () => Promise<void>
  readonly flushed: () => Promise<void>
}): Turns {
  let waiting: Waiting[] = []
  let working = false

  function enter(turn: Waiting) {
    waiting.push(turn)
    if (!working) void work()
  }

  async function work() {
    working = true
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      if (next.alone) await new Promise<void>(next.start)
      else await share(next)
    }
    working = false
  }

  function takeNeighbours(): Sharing[] {
    const neighbours: Sharing[] = []
    for (const turn of waiting) {
      if (turn.alone || neighbours.length === MAX_SHARED - 1) break
      neighbours.push(turn)
    }
    waiting = waiting.slice(neighbours.length)
    return neighbours
  }

  /** Whoever comes while others have the file joins. If the commit fails, everybody learns of it. */
  async function share(first: Sharing) {
    const begun = await begin().then(
      () => null,
      (error: unknown) => ({ error }),
    )
    const turns = [first, ...takeNeighbours()]
    try {
      if (begun !== null) throw begun.error
      const settle = turns.map(runUnderSavepoint)
      db.exec('COMMIT')
      void tellOnceFlushed(turns, settle)
    } catch (error) {
      if (db.isOpen && db.isTransaction) db.exec('ROLLBACK')
      for (const { reject } of turns) reject(error)
    }
  }

  async function tellOnceFlushed(turns: readonly Sharing[], settle: readonly (() => void)[]) {
    try {
      await flushed()
      for (const tell of settle) tell()
    } catch (error) {
      for (const { reject } of turns) reject(error)
    }
  }

  /** Answers how to tell the caller. @throws where SQLite gave the whole transaction up, e.g. when the disk is full */
  function runUnderSavepoint({ body, resolve, reject }: Sharing): () => void {
    db.exec('SAVEPOINT shared')
    try {
      const answer = body()
      db.exec('RELEASE shared')
      return () => resolve(answer)
    } catch (error) {
      if (!db.isTransaction) throw error
      db.exec('ROLLBACK TO shared; RELEASE shared')
      return () => reject(error)
    }
  }

  return {
    take: () => new Promise((granted) => enter({ alone: true, start: granted })),
    transaction: <T>(body: () => T) =>
      new Promise<T>((resolve, reject) => {
        // The answer is that of this same body.
        enter({ alone: false, body, resolve: (answer) => resolve(answer as T), reject })
      }),
  }
}
