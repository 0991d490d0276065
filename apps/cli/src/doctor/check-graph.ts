import { randomUUID } from 'node:crypto'
import { GraphConfig } from '@rollcall/graph'
import { openDirectory } from '../open-directory.ts'
import { messageOf } from './check-database.ts'
import type { DoctorDeps } from './doctor-deps.ts'
import { collectFindings, type Finding } from './finding.ts'
import { readSettings } from './read-settings.ts'

const ANSWER_MS = 30_000

/** Does our identity get a token, and may it do what the workers do? Reads only. */
export async function checkGraph({ env, file }: Pick<DoctorDeps, 'env' | 'file'>): Promise<Finding[]> {
  const findings = collectFindings('graph')
  if (!env.GRAPH_DOMAIN && !env.GRAPH_DOMAIN_FILE) {
    findings.warning(
      'GRAPH_* is not set here: our access to Microsoft Graph was not looked at.',
      'Run the doctor where worker-create runs.',
    )
    return [...findings.all]
  }
  const config = readSettings(GraphConfig, env)
  if (!config) return []
  try {
    const call = { signal: AbortSignal.timeout(ANSWER_MS), runUuid: randomUUID(), bulk: false }
    const report = await (await openDirectory({ env, file }, config)).checkAccess(call)
    for (const { ok, says } of report.findings) ok ? findings.ok(says) : findings.wrong(says)
  } catch (error) {
    findings.wrong(`Our access to Graph could not be looked at: ${messageOf(error)}`)
  }
  return [...findings.all]
}
