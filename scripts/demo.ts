// `npm run demo`: a school's roster from CSV to enrolled accounts and persisted users, on a fleet of its own in a fresh folder.
import { mkdir, mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import { accountFor } from './demo/account-for.ts'
import { createApiClient } from './demo/api-client.ts'
import { printSummary } from './demo/print-summary.ts'
import { type RosterRow, readRoster } from './demo/read-roster.ts'
import { seedDirectory } from './demo/seed-directory.ts'
import { showProgress } from './demo/show-progress.ts'
import { issueKeys } from './fleet/issue-keys.ts'
import { freePorts } from './fleet/ports.ts'
import { REPOSITORY } from './fleet/repository.ts'
import { type Fleet, startFleet } from './fleet/start-fleet.ts'

const WITHIN_MS = 180_000
const keep = process.argv.includes('--keep')
const say = (what: string) => console.error(`[demo] ${what}`)

async function demonstrate(fleet: Fleet): Promise<boolean> {
  if (!fleet.simulator) throw new Error('The demo writes invented people and therefore runs on the simulator only: unset GRAPH_DOMAIN.')
  await seedDirectory(fleet.simulator)
  const keys = await issueKeys({ databaseUrl: fleet.databaseUrl, roles: ['upstream', 'reader'] })
  const api = createApiClient({ url: fleet.apiUrl, upstreamKey: keys.upstream, readerKey: keys.reader })
  const roster = await readRoster(join(REPOSITORY, 'examples', 'roster.csv'))

  console.log(`\nexamples/roster.csv: ${roster.length} rows. Each role is one POST, and each POST one group.`)
  const started = Date.now()
  const posted = await Promise.all([
    post({ path: '/student-create', rows: roster.filter((row) => row.role === 'student') }),
    post({ path: '/teacher-create', rows: roster.filter((row) => row.role === 'teacher') }),
  ])
  await showProgress({ api, groups: posted.map(({ groupUuid }) => groupUuid), out: process.stdout, withinMs: WITHIN_MS })
  const accounts = await accountFor({ api, sent: posted.flatMap(({ sent }) => sent) })
  const duplicates = await fleet.simulator.get<{ duplicates: readonly unknown[] }>('/duplicates')
  return printSummary({
    accounts,
    doubledAccounts: duplicates.duplicates.length,
    seconds: (Date.now() - started) / 1_000,
    fleet,
    keys,
    keep,
  })

  async function post({ path, rows }: { readonly path: string; readonly rows: readonly RosterRow[] }) {
    const { groupUuid, results } = await api.post(
      path,
      rows.map((row) => row.body),
    )
    const sent = rows.map((row, index) => {
      const result = results.find((one) => one.index === index)
      if (!result) throw new Error(`The API did not say what became of line ${row.line}.`)
      return { row, result }
    })
    return { groupUuid, sent }
  }
}

let fleet: Fleet | null = null
try {
  await mkdir(join(REPOSITORY, '.data'), { recursive: true })
  const folder = await mkdtemp(join(REPOSITORY, '.data', 'demo-'))
  fleet = await startFleet({ folder, ports: await freePorts(), say })
  process.exitCode = (await demonstrate(fleet)) ? 0 : 1
  if (keep) {
    console.log('\nThe fleet goes on running. Ctrl-C stops it.')
    await new Promise((resolve) => process.once('SIGINT', resolve).once('SIGTERM', resolve))
  }
} catch (error) {
  console.error(`[demo] ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
} finally {
  if (fleet && !(await fleet.stop())) process.exitCode = 1
}
