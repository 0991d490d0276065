// Two runs over the same organisations: the first finds those that have changed; the second, in processes that count their statements, finds nobody.
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { cpuMsOf } from '../support/cpu-ms-of.ts'
import { countHttpCalls } from './count-http-calls.ts'
import { type EndedSync, type SyncBench, startSyncBench } from './start-sync-bench.ts'
import { type MemoryOfWork, watchThirds } from './watch-thirds.ts'

/** Longer than the counts of statements take to be told. */
const SETTLE_MS = 200
const WORKERS = ['worker-sync', 'worker-persist'] as const
const APPS = [...WORKERS, 'registration-service'] as const

export interface MeasuredSync {
  readonly usersPerSecond: number
  readonly applied: number
  readonly sync: MemoryOfWork
  readonly persist: MemoryOfWork
  readonly service: MemoryOfWork
  /** How many users one HTTP call is for. */
  readonly usersPerCall: number
  /** Of both workers and the service. */
  readonly cpuMsPerUser: number
  /** All that reaches SQL from both workers while nobody changes. */
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
    const cpu = async () => (await Promise.all(APPS.map((name) => cpuMsOf(fleet.app(name).pid)))).reduce((sum, ms) => sum + ms, 0)
    const callsBefore = await countHttpCalls({ serviceUrl, key })
    const cpuBefore = await cpu()
    const { memory, ended: first } = await watchedSync(bench)
    const cpuMs = (await cpu()) - cpuBefore
    const calls = (await countHttpCalls({ serviceUrl, key })) - callsBefore
    say(`${first.scanned} looked at, ${first.applied} changed in ${first.ms} ms with ${calls} calls`)

    await countStatements({ bench, folder })
    const statementsBefore = await readStatements(folder)
    const second = await bench.sync()
    const statements = (await readStatements(folder)) - statementsBefore
    say(`${second.scanned} looked at, ${second.applied} changed in ${second.ms} ms with ${statements} statements`)
    return {
      ...memory,
      usersPerSecond: (first.scanned / first.ms) * 1_000,
      applied: first.applied,
      usersPerCall: first.scanned / calls,
      cpuMsPerUser: cpuMs / first.scanned,
      statementsPerUnchanged: statements / second.scanned,
    }
  } finally {
    await bench.end()
    await rm(folder, { recursive: true, force: true })
  }
}

/** worker-sync decides, and asks the service meanwhile; then worker-persist applies: each is watched while it works. */
async function watchedSync({ fleet, sync }: SyncBench): Promise<{
  readonly memory: Pick<MeasuredSync, 'sync' | 'persist' | 'service'>
  readonly ended: EndedSync
}> {
  const watch = (name: (typeof APPS)[number]) => watchThirds(fleet.app(name).pid)
  const [deciding, applying, asked] = await Promise.all([watch('worker-sync'), watch('worker-persist'), watch('registration-service')])
  const ended = await sync(async ({ applied, decided }) => {
    await Promise.all([deciding.at(decided), asked.at(decided), applying.at(applied)])
  })
  return { ended, memory: { sync: await deciding.end(), persist: await applying.end(), service: await asked.end() } }
}

async function countStatements({ bench: { fleet }, folder }: { readonly bench: SyncBench; readonly folder: string }): Promise<void> {
  const preload = pathToFileURL(join(import.meta.dirname, 'count-statements-process.ts'))
  preload.searchParams.set('folder', folder)
  await Promise.all(WORKERS.map((name) => fleet.app(name).stop()))
  await Promise.all(WORKERS.map((name) => fleet.start(name, { env: { NODE_OPTIONS: `--import ${preload.href}` } })))
}

async function readStatements(folder: string): Promise<number> {
  await pause(SETTLE_MS)
  const told = await Promise.all((await readdir(folder)).map(async (file) => Number(await readFile(join(folder, file), 'utf8'))))
  if (told.length < WORKERS.length) throw new Error(`Of ${WORKERS.length} workers ${told.length} have counted their statements.`)
  return told.reduce((sum, count) => sum + count, 0)
}
