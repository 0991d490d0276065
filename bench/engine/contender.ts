// How the bench talks to the processes that it measures: what each is to do comes as its argument, when to begin and to stop as messages.
import { once } from 'node:events'

export interface ContenderTask {
  readonly redisUrl: string
  /** Where `bench.db` stands, its migrations applied. */
  readonly folder: string
  readonly runs: number
  /** Jobs under way at once per queue. */
  readonly jobsPerQueue: number
  /** The workers that this process is; null: it fills the first queue and ends. */
  readonly workers: readonly string[] | null
}

/** What a process used between the order to start and the order to report. */
export interface Used {
  readonly cpuMs: number
  readonly sqlRequests: number
  readonly sqlStatements: number
}

export type FromContender = { readonly kind: 'ready' } | { readonly kind: 'allDone' } | ({ readonly kind: 'used' } & Used)
export type ToContender = 'start' | 'report'

/** What a contender can be asked to do. */
export interface Contender {
  /** Fills the first queue. */
  seed(task: ContenderTask): Promise<void>
  prepare(task: ContenderTask & { readonly workers: readonly string[] }): Promise<Prepared>
}

interface Prepared {
  /** Resolves once this process has ended the last run, which only the worker of the last state sees. */
  work(): Promise<void>
  stop(): Promise<void>
  readonly sql?: () => { readonly requests: number; readonly statements: number }
}

/** The whole life of a contender's process. */
export async function runContender(contender: Contender): Promise<void> {
  const task = taskOf(process.argv[2])
  const { workers } = task
  if (workers === null) {
    await contender.seed(task)
    process.disconnect()
    return
  }
  const prepared = await contender.prepare({ ...task, workers })
  tell({ kind: 'ready' })
  await order('start')
  const cpu = process.cpuUsage()
  const before = prepared.sql?.() ?? NOTHING
  void prepared.work().then(() => tell({ kind: 'allDone' }))
  await order('report')
  const { system, user } = process.cpuUsage(cpu)
  const after = prepared.sql?.() ?? NOTHING
  tell({
    kind: 'used',
    cpuMs: (system + user) / 1_000,
    sqlRequests: after.requests - before.requests,
    sqlStatements: after.statements - before.statements,
  })
  await prepared.stop()
  process.disconnect()
}

const NOTHING = { requests: 0, statements: 0 }

/** Only the bench starts these processes, with a task of this shape. */
function taskOf(argument: string | undefined): ContenderTask {
  if (argument === undefined) throw new Error('This program is started by `pnpm bench engine`.')
  return JSON.parse(argument) as ContenderTask
}

/** Of several processes one is the first to see the end; by the time that the others do, the bench may have let them go. */
function tell(message: FromContender): void {
  if (process.connected) process.send?.(message)
}

async function order(expected: ToContender): Promise<void> {
  const [message] = await once(process, 'message')
  if (message !== expected) throw new Error(`Expected the order ${expected}, not ${String(message)}.`)
}
