// Whose turn it is on the connection, first come, first served. Synchronous transactions that stand next to each other in the queue are carried
// out under one BEGIN and COMMIT: a commit costs a write to the disk that blocks the event loop, whatever it holds.
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

/** @param begin opens a write transaction, waiting for other processes */
export function createTurns({ db, begin }: { readonly db: DatabaseSync; readonly begin: () => Promise<void> }): Turns {
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
      else await share([next, ...takeNeighbours()])
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

  /** Nobody is answered before the commit; if that fails, everybody learns of it. */
  async function share(turns: readonly Sharing[]) {
    try {
      await begin()
      const settle = turns.map(runUnderSavepoint)
      db.exec('COMMIT')
      for (const tell of settle) tell()
    } catch (error) {
      if (db.isTransaction) db.exec('ROLLBACK')
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
