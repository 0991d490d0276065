// `npm start`: the embedded fleet until Ctrl-C. Its state stays in .data/, so that the next start goes on where this one ended.
import { join } from 'node:path'
import { seedDirectory } from './demo/seed-directory.ts'
import { removeConnectionFile, writeConnectionFile } from './fleet/connection-file.ts'
import { connectionSettings } from './fleet/connection-settings.ts'
import { issueNamedKeys, type NamedKey } from './fleet/issue-keys.ts'
import { keepRunning } from './fleet/keep-running.ts'
import { overridesFromEnvironment } from './fleet/overrides-from-environment.ts'
import { portsFromEnvironment } from './fleet/ports-from-environment.ts'
import { REPOSITORY } from './fleet/repository.ts'
import { type Fleet, startFleet } from './fleet/start-fleet.ts'

function introduce({ fleet, upstream, operator }: { fleet: Fleet; upstream: NamedKey; operator: NamedKey }): void {
  console.log(`
Rollcall is running.
  API              ${fleet.apiUrl}          (documentation: ${fleet.apiUrl}/docs)
  Dashboard        ${fleet.dashboardUrl}          (log in as "${operator.name}" with the operator's key)
  Registrations    ${fleet.registrationsUrl ?? 'the service that ORGANIZATION_SERVICE_URL names'}
  Database         ${fleet.databaseUrl.split('?')[0]?.split(';')[0]}
  Graph            ${fleet.simulatorUrl ?? 'the tenant that GRAPH_TENANT_ID names'}
  Logs             ${fleet.logFolder}

API keys of this start, valid for a day:
  upstream         ${upstream.key}
  operator         ${operator.key}

In another terminal \`npm run -s rollcall -- status\` shows how it does (with pnpm: \`pnpm rollcall status\`); --help lists what else there is.
Ctrl-C drains the workers and stops.`)
}

/** A newcomer's first pupil should find a school: the simulated directory starts with those of the example roster. */
async function furnish({ simulator }: Fleet): Promise<void> {
  if (!simulator) return
  const { totals } = await simulator.get<{ totals: { schools: number } }>('/state')
  if (totals.schools === 0) await seedDirectory(simulator)
}

const say = (what: string) => console.error(`[start] ${what}`)
try {
  const folder = process.env.ROLLCALL_DATA_DIR || join(REPOSITORY, '.data')
  const fleet = await startFleet({
    folder,
    ports: portsFromEnvironment(process.env),
    overrides: overridesFromEnvironment(process.env),
    dashboard: true,
    registrations: true,
    say,
  })
  await furnish(fleet)
  const { upstream, operator, admin } = await issueNamedKeys({
    databaseUrl: fleet.databaseUrl,
    roles: ['upstream', 'operator', 'admin'],
  })
  // Whoever reads that file has the database already: a lesser key would protect nothing, and most commands would not work.
  await writeConnectionFile({ folder, settings: connectionSettings({ fleet, apiKey: admin.key }) })
  introduce({ fleet, upstream, operator })
  const keeper = keepRunning({ fleet, say })
  await new Promise<void>((resolve) => {
    process.once('SIGINT', resolve)
    process.once('SIGTERM', resolve)
  })
  // Ctrl-C reaches the whole process group; a second one must not cut the drain short here.
  process.on('SIGINT', () => say('still draining'))
  say('draining')
  await keeper.stop()
  await removeConnectionFile(folder)
  process.exitCode = (await fleet.stop()) ? 0 : 1
  say(process.exitCode === 0 ? 'stopped' : 'stopped, but not every app ended cleanly: see the logs')
} catch (error) {
  console.error(`[start] ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
}
