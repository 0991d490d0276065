import { ApiError, createClient } from '@rollcall/client'
import type { Environment } from '@rollcall/platform'
import { z } from 'zod'
import { ApiAccessEnv } from '../env.ts'
import { messageOf } from './check-database.ts'
import type { DoctorDeps } from './doctor-deps.ts'
import { collectFindings, type Finding, type Findings } from './finding.ts'
import { readSettings } from './read-settings.ts'

const ANSWER_MS = 5_000

const Readiness = z.object({ status: z.string(), database: z.string(), redis: z.string(), silentWorkers: z.array(z.string()) })

export async function checkApi({ env, fetch }: Pick<DoctorDeps, 'env' | 'fetch'>): Promise<Finding[]> {
  const findings = collectFindings('api')
  const url = readSettings(ApiAccessEnv.pick({ ROLLCALL_API_URL: true }), env)?.ROLLCALL_API_URL
  if (url === undefined) {
    findings.warning(
      'ROLLCALL_API_URL is not set, or no address: the API was not looked at.',
      'Set ROLLCALL_API_URL, e.g. http://127.0.0.1:5000.',
    )
    return [...findings.all]
  }
  if (await checkReadiness({ url, fetch, findings })) await checkKey({ url, env, fetch, findings })
  return [...findings.all]
}

/** @returns whether it answers at all */
async function checkReadiness({ url, fetch, findings }: { url: string; fetch: DoctorDeps['fetch']; findings: Findings }): Promise<boolean> {
  const answer = await fetch(new URL('/health/ready', url), { signal: AbortSignal.timeout(ANSWER_MS) }).catch((error: unknown) => {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
    findings.wrong(
      `The API at ${url} does not answer (${messageOf(cause)}).`,
      'Start it, or look into its log. Nothing is accepted meanwhile.',
    )
    return null
  })
  if (!answer) return false
  const ready = Readiness.safeParse(await answer.json().catch(() => null)).data
  if (!ready) {
    findings.wrong(`What answers at ${url} is not the API of Rollcall (HTTP ${answer.status}).`, 'Check ROLLCALL_API_URL.')
    return false
  }
  if (ready.status === 'ready') findings.ok(`The API at ${url} is ready.`)
  else if (ready.status === 'degraded')
    findings.warning(
      `The API takes work, but it is worked late: Redis is ${ready.redis}, silent workers: ${ready.silentWorkers.join(', ') || 'none'}.`,
    )
  else findings.wrong('The API takes no work: it does not reach its database.', 'Check the DATABASE_URL of the API, and the database.')
  return true
}

async function checkKey({
  url,
  env,
  fetch,
  findings,
}: {
  url: string
  env: Environment
  fetch: DoctorDeps['fetch']
  findings: Findings
}): Promise<void> {
  const access = readSettings(ApiAccessEnv, env)
  if (!access)
    return findings.warning(
      'ROLLCALL_API_KEY is not set: other commands cannot ask the API.',
      'pnpm rollcall keys create --role operator …',
    )
  try {
    await createClient({ url, apiKey: access.ROLLCALL_API_KEY, fetch, timeoutMs: ANSWER_MS }).get('/resources')
    findings.ok('The API takes our key.')
  } catch (error) {
    if (error instanceof ApiError && error.status === 401)
      findings.wrong('The API does not take our key.', 'Make a new one: `pnpm rollcall keys create`.')
    else if (error instanceof ApiError && error.status === 403)
      findings.warning('Our key may not look at the fleet.', 'Use one with the role reader, operator or admin.')
    else findings.wrong(`The API does not answer as it should: ${messageOf(error)}`)
  }
}
