import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { WORKERS } from '@rollcall/scripts/fleet'
import { startBenchFleet } from '../support/start-bench-fleet.ts'

const APPS = ['api', ...WORKERS] as const
/** What a start brings with it is over by then. */
const SETTLE_MS = 5_000
const WATCHED_MS = 30_000
const MINUTE_MS = 60_000

/** The statements of a whole fleet with nothing to do, upkeep included, per minute. */
export async function countIdleFleet(): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-statements-'))
  const bench = await startBenchFleet({ schools: 0, settings: {} })
  try {
    const preload = pathToFileURL(join(import.meta.dirname, '..', 'cost', 'count-statements-process.ts'))
    preload.searchParams.set('folder', folder)
    await Promise.all(APPS.map((app) => bench.fleet.app(app).stop()))
    await Promise.all(APPS.map((app) => bench.fleet.start(app, { env: { NODE_OPTIONS: `--import ${preload.href}` } })))
    await pause(SETTLE_MS)
    const before = await countIn(folder)
    await pause(WATCHED_MS)
    return (((await countIn(folder)) - before) * MINUTE_MS) / WATCHED_MS
  } finally {
    await bench.end()
    await rm(folder, { recursive: true, force: true })
  }
}

async function countIn(folder: string): Promise<number> {
  const told = await Promise.all((await readdir(folder)).map(async (file) => Number(await readFile(join(folder, file), 'utf8'))))
  return told.reduce((total, count) => total + count, 0)
}
