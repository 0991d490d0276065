// Looks at everything that the fleet needs. What must always hold: no check depends on another's success, none throws and none waits for ever:
// the doctor is called when half of everything is down.
import { within } from '@rollcall/platform'
import { checkApi } from './check-api.ts'
import { checkDatabase, messageOf } from './check-database.ts'
import { checkFiles } from './check-files.ts'
import { checkGraph } from './check-graph.ts'
import { checkRedis } from './check-redis.ts'
import { checkSettings } from './check-settings.ts'
import type { DoctorDeps } from './doctor-deps.ts'
import type { Finding, Level } from './finding.ts'

const CHECK_MS = 45_000

const CHECKS: Readonly<Record<string, (deps: DoctorDeps) => Finding[] | Promise<Finding[]>>> = {
  settings: checkSettings,
  files: checkFiles,
  database: checkDatabase,
  redis: checkRedis,
  api: checkApi,
  graph: checkGraph,
}

export interface DoctorReport {
  /** The worst of them. */
  readonly verdict: Level
  readonly findings: readonly Finding[]
}

export async function runDoctor(deps: DoctorDeps): Promise<DoctorReport> {
  const found = await Promise.all(Object.entries(CHECKS).map(([area, check]) => safely({ area, look: async () => check(deps) })))
  const findings = found.flat()
  const levels = new Set(findings.map(({ level }) => level))
  return { verdict: levels.has('wrong') ? 'wrong' : levels.has('warning') ? 'warning' : 'ok', findings }
}

async function safely({ area, look }: { area: string; look: () => Promise<Finding[]> }): Promise<Finding[]> {
  try {
    return await within(CHECK_MS, area, look())
  } catch (error) {
    return [{ level: 'wrong', area, says: `It could not be looked at: ${messageOf(error)}` }]
  }
}
