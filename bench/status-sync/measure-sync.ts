// Two runs over the same organisations: the first finds those that have changed; the second, in processes that count their statements, finds nobody.
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { cpuMsOf } from '../support/cpu-ms-of.ts'
import { peakMemoryOf } from '../support/memory-of.ts'
import { countHttpCalls } from './count-http-calls.ts'
import { type SyncBench, startSyncBench } from './start-sync-bench.ts'

/** Longer than the counts of statements take to be told. */
const SETTLE_MS = 200
const WORKERS = ['worker-sync', 'worker-persist'] as const
const APPS = [...WORKERS, 'registration-service'] as const

export interface MeasuredSync {
  readonly usersPerSecond: number
  readonly applied: number
  readonly syncMb: number
  readonly persistMb: number
  /** How many users one HTTP call is for. */
  readonly usersPerCall: number
  /** Of both workers and the service. */
  readonly cpuMsPerUser: number
  readonly statementsPerUnchanged: number
  /** Begin and end of transactions, and the items of those whose registration is odd. */
  readonly statementsAround: number
}

export async function measureSync({
  organisations,
  changed,
  say,
}: {
  readonly organisations: number
  readonly changed: number
  readonly say: (line: string) => void
}): Promise<MeasuredSync> {
  const bench = await startSyncBench({ organisations, changed })
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-statements-'))
  try {
    say(`${organisations} organisations stand`)
    const { adminKey: key, fleet, serviceUrl } = bench
    const cpu = async () => (await Promise.all(APPS.map((name) => cpuMsOf(fleet.app(name).pid)))).reduce((sum, ms) => sum + ms, 0)
    const callsBefore = await countHttpCalls({ serviceUrl, key })
    const cpuBefore = await cpu()
    const first = await bench.sync()
    const cpuMs = (await cpu()) - cpuBefore
    const calls = (await countHttpCalls({ serviceUrl, key })) - callsBefore
    const [syncMb, persistMb] = await Promise.all(WORKERS.map((name) => peakMemoryOf(fleet.app(name).pid)))
    say(`${first.scanned} looked at, ${first.applied} changed in ${first.ms} ms with ${calls} calls`)

    await countStatements({ bench, folder })
    const second = await bench.sync()
    const { around, work } = await readStatements(folder)
    say(`${second.scanned} looked at, ${second.applied} changed in ${second.ms} ms with ${work} statements and ${around} around them`)
    return {
      usersPerSecond: (first.scanned / first.ms) * 1_000,
      applied: first.applied,
      syncMb: syncMb ?? Number.NaN,
      persistMb: persistMb ?? Number.NaN,
      usersPerCall: first.scanned / calls,
      cpuMsPerUser: cpuMs / first.scanned,
      statementsPerUnchanged: work / second.scanned,
      statementsAround: around / second.scanned,
    }
  } finally {
    await bench.end()
    await rm(folder, { recursive: true, force: true })
  }
}

async function countStatements({ bench: { fleet }, folder }: { readonly bench: SyncBench; readonly folder: string }): Promise<void> {
  const preload = pathToFileURL(join(import.meta.dirname, 'count-sync-statements-process.ts'))
  preload.searchParams.set('folder', folder)
  await Promise.all(WORKERS.map((name) => fleet.app(name).stop()))
  await Promise.all(WORKERS.map((name) => fleet.start(name, { env: { NODE_OPTIONS: `--import ${preload.href}` } })))
}

interface Statements {
  readonly work: number
  readonly around: number
}

async function readStatements(folder: string): Promise<Statements> {
  await pause(SETTLE_MS)
  const told = await Promise.all(
    (await readdir(folder)).map(async (file) => JSON.parse(await readFile(join(folder, file), 'utf8')) as Statements),
  )
  return told.reduce((sum, { around, work }) => ({ work: sum.work + work, around: sum.around + around }), { work: 0, around: 0 })
}
