import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { createGraphDirectory, GraphConfig } from '@rollcall/graph'
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
    // Node reads NODE_EXTRA_CA_CERTS at its start only, and from its own environment.
    if (file !== null && env.NODE_EXTRA_CA_CERTS) await trust(env.NODE_EXTRA_CA_CERTS)
    const call = { signal: AbortSignal.timeout(ANSWER_MS), runUuid: randomUUID(), bulk: false }
    const report = await createGraphDirectory(config).checkAccess(call)
    for (const { ok, says } of report.findings) ok ? findings.ok(says) : findings.wrong(says)
  } catch (error) {
    findings.wrong(`Our access to Graph could not be looked at: ${messageOf(error)}`)
  }
  return [...findings.all]
}

async function trust(file: string): Promise<void> {
  setDefaultCACertificates([...getCACertificates('default'), await readFile(file, 'utf8')])
}
