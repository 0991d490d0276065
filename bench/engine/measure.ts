// What every contender reports to the bench that started it, as one line of JSON on standard output.
export interface Measured {
  readonly runs: number
  readonly seconds: number
  readonly runsPerSecond: number
  /** Of this process; Redis is counted by the bench. */
  readonly cpuMsPerRun: number
  readonly sqlStatementsPerRun: number | null
  readonly sqlRequestsPerRun: number | null
}

export interface ContenderEnv {
  readonly redisUrl: string
  readonly folder: string
  readonly runs: number
  /** Over all queues. */
  readonly jobsInHand: number
}

export function readContenderEnv(): ContenderEnv {
  const [redisUrl = '', folder = '', runs = '', jobsInHand = ''] = process.argv.slice(2)
  return { redisUrl, folder, runs: Number(runs), jobsInHand: Number(jobsInHand) }
}

/** Times the work between `start()` and the promise it returns. */
export async function measure({
  runs,
  work,
  sql = () => ({ statements: null, requests: null }),
}: {
  readonly runs: number
  readonly work: () => Promise<void>
  readonly sql?: () => { readonly statements: number | null; readonly requests: number | null }
}): Promise<Measured> {
  const before = sql()
  const cpu = process.cpuUsage()
  const started = performance.now()
  await work()
  const seconds = (performance.now() - started) / 1_000
  const used = process.cpuUsage(cpu)
  const after = sql()
  const perRun = (from: number | null, to: number | null) => (from === null || to === null ? null : (to - from) / runs)
  return {
    runs,
    seconds,
    runsPerSecond: runs / seconds,
    cpuMsPerRun: (used.user + used.system) / 1_000 / runs,
    sqlStatementsPerRun: perRun(before.statements, after.statements),
    sqlRequestsPerRun: perRun(before.requests, after.requests),
  }
}

export function report(measured: Measured): void {
  process.stdout.write(`${JSON.stringify(measured)}\n`)
}
