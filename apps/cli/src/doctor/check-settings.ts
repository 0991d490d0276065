// Would each app start with these settings? One whose own settings are not here at all may well run with others: that is a warning.
import { CodedError } from '@rollcall/engine'
import { commonEnv, type Environment, readEnv } from '@rollcall/platform'
import { APP_SCHEMAS } from '@rollcall/scripts/app-schemas'
import type { z } from 'zod'
import { collectFindings, type Finding } from './finding.ts'

const NO_SERVICE = ['simulators', 'cli']
/** Every app needs these where it runs. */
const SHARED = new Set(Object.keys(commonEnv))
const KNOWN = new Set(Object.values(APP_SCHEMAS).flatMap(({ shape }) => Object.keys(shape)))
/** Nobody else's variables begin like this. */
const OURS = /^(?:GRAPH|CREDENTIAL|USERNAME|RECONCILE|CANARY|REGISTRATION)_/

export function checkSettings({ env }: { readonly env: Environment }): Finding[] {
  const findings = collectFindings('settings')
  const complaints = new Map<string, string[]>()
  for (const [app, schema] of Object.entries(APP_SCHEMAS)) {
    if (NO_SERVICE.includes(app)) continue
    const lines = complaintsOf(schema, env)
    const elsewhere = lines.filter((line) => isAnotherMachines(line, env))
    if (lines.length === 0) findings.ok(`${app}: every setting is valid.`)
    if (elsewhere.length > 0)
      findings.warning(
        `${app} cannot start with these settings: ${elsewhere.map(nameIn).join(', ')} not set.`,
        'Nothing, if it runs with settings of its own.',
      )
    for (const line of lines) if (!elsewhere.includes(line)) complaints.set(line, [...(complaints.get(line) ?? []), app])
  }
  for (const [line, apps] of complaints)
    findings.wrong(`${line} (${apps.join(', ')})`, 'Correct the variable; .env.example has a sentence for each.')
  contradictions(env, findings)
  for (const name of Object.keys(env))
    if (OURS.test(name) && !KNOWN.has(name.replace(/_FILE$/, '')))
      findings.warning(`${name} is known to no app.`, 'Is it misspelt? .env.example lists every setting.')
  return [...findings.all]
}

function complaintsOf(schema: z.ZodObject, env: Environment): string[] {
  try {
    readEnv(schema, env)
    return []
  } catch (error) {
    if (!(error instanceof CodedError)) throw error
    return error.message
      .split('\n')
      .slice(1)
      .map((line) => line.trim())
  }
}

function nameIn(complaint: string): string {
  return complaint.slice(0, complaint.indexOf(':'))
}

/** Something is missing of which nothing is here: with no GRAPH_* at all this is not where Graph's workers run. */
function isAnotherMachines(complaint: string, env: Environment): boolean {
  const name = nameIn(complaint)
  if (SHARED.has(name) || env[name] || env[`${name}_FILE`]) return false
  const family = name.slice(0, name.indexOf('_') + 1)
  return !Object.entries(env).some(([other, value]) => other.startsWith(family) && value)
}

function contradictions(env: Environment, findings: ReturnType<typeof collectFindings>): void {
  const isSet = (name: string) => Boolean(env[name] || env[`${name}_FILE`])
  if (env.NODE_ENV === 'production' && env.DATABASE_URL?.startsWith('file:'))
    findings.warning(
      'NODE_ENV is production, and the database is a SQLite file on one machine.',
      'Use SQL Server, or run everything on this machine.',
    )
  if (isSet('GRAPH_CLIENT_SECRET') && isSet('GRAPH_CLIENT_CERTIFICATE_PATH'))
    findings.wrong('GRAPH_CLIENT_SECRET and GRAPH_CLIENT_CERTIFICATE_PATH are both set.', 'Keep one of them.')
  if (env.NODE_TLS_REJECT_UNAUTHORIZED === '0')
    findings.wrong(
      'NODE_TLS_REJECT_UNAUTHORIZED is 0: nobody’s certificate is checked.',
      'Unset it, and name a private authority in NODE_EXTRA_CA_CERTS.',
    )
}
