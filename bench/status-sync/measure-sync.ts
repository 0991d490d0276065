// Two runs over the same organisations: the first finds those that have changed; the second, in processes that count their statements, finds nobody.
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { peakMemoryOf } from '../support/memory-of.ts'
import { countHttpCalls } from './count-http-calls.ts'
import { type SyncBench, startSyncBench } from './start-sync-bench.ts'

/** Longer than the counts of statements take to be told. */
const SETTLE_MS = 200
const WORKERS = ['worker-sync', 'worker-persist'] as const

export interface MeasuredSync {
  readonly usersPerSecond: number
  readonly applied: number
  readonly syncMb: number
  readonly persistMb: number
  /** How many users one HTTP call is for. */
  readonly usersPerCall: number
  readonly statementsPerUnchanged: number
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
    const callsBefore = await countHttpCalls({ serviceUrl, key })
    const first = await bench.sync()
    const calls = (await countHttpCalls({ serviceUrl, key })) - callsBefore
    const [syncMb, persistMb] = await Promise.all(WORKERS.map((name) => peakMemoryOf(fleet.app(name).pid)))
    say(`${first.scanned} looked at, ${first.applied} changed in ${first.ms} ms with ${calls} calls`)

    await countStatements({ bench, folder })
    const statementsBefore = await readStatements(folder)
    const second = await bench.sync()
    const statements = (await readStatements(folder)) - statementsBefore
    say(`${second.scanned} looked at, ${second.applied} changed in ${second.ms} ms with ${statements} statements`)
    return {
      usersPerSecond: (first.scanned / first.ms) * 1_000,
      applied: first.applied,
      syncMb: syncMb ?? Number.NaN,
      persistMb: persistMb ?? Number.NaN,
      usersPerCall: first.scanned / calls,
      statementsPerUnchanged: statements / second.scanned,
    }
  } finally {
    await bench.end()
    await rm(folder, { recursive: true, force: true })
  }
}

async function countStatements({ bench: { fleet }, folder }: { readonly bench: SyncBench; readonly folder: string }): Promise<void> {
  const preload = pathToFileURL(join(import.meta.dirname, '..', 'cost', 'count-statements-process.ts'))
  preload.searchParams.set('folder', folder)
  await Promise.all(WORKERS.map((name) => fleet.app(name).stop()))
  await Promise.all(WORKERS.map((name) => fleet.start(name, { env: { NODE_OPTIONS: `--import ${preload.href}` } })))
}

async function readStatements(folder: string): Promise<number> {
  await pause(SETTLE_MS)
  const told = await Promise.all((await readdir(folder)).map(async (file) => Number(await readFile(join(folder, file), 'utf8'))))
  return told.reduce((sum, count) => sum + count, 0)
}
