// The design that this one replaces, as its source describes it: every process looks for records in a state, fifty at a time and without a pause;
// one that nobody holds in Redis is worked, its state and history are written, and it is let go. A record is worked as it was read, which is
// how two processes come to do the same work. Everything else is in its favour: a bare table with the right index, prepared statements in the
// process, no round trip, no ORM.
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { type ContenderTask, runContender } from '../engine/contender.ts'
import { createCallOutside } from './outside.ts'
import { taskBesides } from './task-besides.ts'

const BATCH = 50
const LOCKED_MS = 30_000
const BUSY_MS = 5_000

const STATES = [
  { state: 'AWAITING_USER_CREATE', operation: 'create', next: 'POLL_USER_CREATE' },
  { state: 'POLL_USER_CREATE', operation: 'poll', next: 'AWAIT_STUDENT_ENROLLMENT' },
  { state: 'AWAIT_STUDENT_ENROLLMENT', operation: 'enroll', next: 'USER_NEISPUO_PERSIST' },
  { state: 'USER_NEISPUO_PERSIST', operation: null, next: 'COMPLETED' },
] as const

interface DataSync {
  readonly uuid: string
  readonly inputArgs: string
  readonly objectHistory: string
}

const { atOnce, outsideUrl, idleMs } = taskBesides()
const call = createCallOutside(outsideUrl)

await runContender({
  async seed({ folder, runs }) {
    const database = openFile(folder)
    database.exec(`CREATE TABLE CronDataSync (uuid TEXT PRIMARY KEY, groupUuid TEXT NOT NULL, state TEXT NOT NULL, inputArgs TEXT NOT NULL,
      pollingUuid TEXT, resultObject TEXT, objectHistory TEXT NOT NULL, lastOperationStatus TEXT, createdAt INTEGER NOT NULL);
      CREATE INDEX CronDataSync_state ON CronDataSync (state, createdAt); BEGIN`)
    const insert = database.prepare(`INSERT INTO CronDataSync (uuid, groupUuid, state, inputArgs, objectHistory, createdAt)
      VALUES (?, 'group', 'AWAITING_USER_CREATE', ?, '[]', ?)`)
    for (let run = 0; run < runs; run += 1) insert.run(`run-${run}`, JSON.stringify({ id: `subject-${run}` }), run)
    database.exec('COMMIT')
    database.close()
  },

  async prepare(task) {
    const crons = openCrons(task)
    return {
      sql: () => ({ requests: crons.queries(), statements: crons.queries() }),
      async work() {
        const scanning = crons.scan()
        if (task.runs === 0) await pause(idleMs)
        else await crons.allDone
        void scanning
      },
      stop: () => crons.stop(),
    }
  },
})

function openCrons({ folder, redisUrl, runs }: ContenderTask) {
  const database = openFile(folder)
  const redis = new Redis(redisUrl)
  const find = database.prepare('SELECT uuid, inputArgs, objectHistory FROM CronDataSync WHERE state = ? ORDER BY createdAt LIMIT ?')
  const save = database.prepare('UPDATE CronDataSync SET state = ?, objectHistory = ?, lastOperationStatus = ? WHERE uuid = ?')
  const countDone = database.prepare("SELECT COUNT(*) AS done FROM CronDataSync WHERE state = 'COMPLETED'")
  const allDone = Promise.withResolvers<void>()
  let queries = 0
  let stopping = false
  let scanning = Promise.resolve()

  async function scanOnce(): Promise<void> {
    for (const step of STATES) {
      queries += 1
      const found = find.all(step.state, BATCH) as unknown as readonly DataSync[]
      for (let at = 0; at < found.length; at += atOnce) await Promise.all(found.slice(at, at + atOnce).map((row) => workIfFree(step, row)))
    }
    // Not a query of the design's: how the bench learns of the end.
    if (runs > 0 && countDone.get()?.done === runs) allDone.resolve()
    await turn()
  }

  async function workIfFree(step: (typeof STATES)[number], row: DataSync): Promise<void> {
    if (stopping) return
    const lock = `lock:${row.uuid}`
    if ((await redis.set(lock, process.pid, 'PX', LOCKED_MS, 'NX')) !== 'OK') return
    const input = JSON.parse(row.inputArgs)
    if (step.operation !== null) await call(step.operation, input.id)
    const event = { createdAt: Date.now(), operationType: step.state, submittedData: input, receivedData: null, status: 'success' }
    queries += 1
    save.run(step.next, JSON.stringify([...JSON.parse(row.objectHistory), event]), 'success', row.uuid)
    await redis.del(lock)
  }

  async function scanUntilStopped(): Promise<void> {
    while (!stopping) await scanOnce()
  }

  return {
    allDone: allDone.promise,
    queries: () => queries,
    scan() {
      scanning = scanUntilStopped()
      return scanning
    },
    async stop() {
      stopping = true
      await scanning
      await redis.quit()
      database.close()
    },
  }
}

function openFile(folder: string): DatabaseSync {
  const database = new DatabaseSync(join(folder, 'bench.db'))
  database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = ${BUSY_MS}`)
  return database
}
