// Redis: is it there, is it set up so that no job is lost, and who of the workers says there that he lives?
import type { RedisConnection } from '@rollcall/engine'
import { commonEnv, connectRedis, createLogger, disconnectRedis, readFleetHealth, redisReady } from '@rollcall/platform'
import { z } from 'zod'
import { knownProcesses } from '../runs/known-processes.ts'
import { shownDuration, shownTime } from '../terminal/times.ts'
import type { DoctorDeps } from './doctor-deps.ts'
import { collectFindings, type Finding, type Findings } from './finding.ts'
import { readSettings } from './read-settings.ts'

const ANSWER_MS = 4_000
/** What BullMQ asks for. */
const LEAST_VERSION = [6, 2] as const
const FULL = 0.8
const HELD_UP_MS = 500

const RedisEnv = z.object({ REDIS_URL: commonEnv.REDIS_URL, ROLLCALL_NAMESPACE: commonEnv.ROLLCALL_NAMESPACE })

export async function checkRedis({ env, now }: Pick<DoctorDeps, 'env' | 'now'>): Promise<Finding[]> {
  const findings = collectFindings('redis')
  const settings = readSettings(RedisEnv, env)
  if (!settings) return []
  const logger = createLogger({ app: 'doctor', level: 'silent' })
  const connection = connectRedis({ url: settings.REDIS_URL, role: 'producer', logger, name: 'doctor' })
  try {
    if (!(await redisReady(connection, ANSWER_MS))) {
      findings.wrong(
        'Redis does not answer.',
        'Check REDIS_URL, the server and the network. The API goes on accepting; what it accepted is worked when Redis is back.',
      )
      return [...findings.all]
    }
    judgeInfo(fieldsOf(await connection.info()), findings)
    return [...findings.all, ...(await checkWorkers({ connection, namespace: settings.ROLLCALL_NAMESPACE, now }))]
  } finally {
    await disconnectRedis(connection)
  }
}

/** INFO as `name:value` lines. */
function fieldsOf(info: string): ReadonlyMap<string, string> {
  return new Map(
    info
      .split(/\r?\n/)
      .flatMap((line) => (line.includes(':') ? [[line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]] : [])),
  )
}

/** Exported for its tests: no Redis of theirs is set up wrongly in every way. */
export function judgeInfo(fields: ReadonlyMap<string, string>, findings: Findings): void {
  const number = (name: string) => Number(fields.get(name) ?? 0)
  const version = fields.get('redis_version') ?? 'of unknown version'
  const mode = fields.get('redis_mode') ?? 'standalone'
  if (isOlder(version)) findings.wrong(`Redis ${version} is too old.`, `Use ${LEAST_VERSION.join('.')} or newer.`)
  else findings.ok(`Redis ${version} answers (${mode}).`)
  const policy = fields.get('maxmemory_policy')
  if (policy === 'noeviction') findings.ok('Its maxmemory-policy is noeviction.')
  else
    findings.wrong(
      `Its maxmemory-policy is ${policy ?? 'unknown'}: when memory is short it throws jobs away.`,
      'Set maxmemory-policy to noeviction.',
    )
  if (number('evicted_keys') > 0)
    findings.warning(
      `It has evicted ${number('evicted_keys')} keys since its start.`,
      'Nothing is lost: reconcile puts missing jobs back. Set noeviction.',
    )
  if (fields.get('aof_enabled') === '1') findings.ok('It writes what it holds to disk (appendonly).')
  else
    findings.warning(
      'appendonly is off: after a restart every job is put back from the ledger, which takes a while.',
      'Set appendonly to yes.',
    )
  if (fields.get('aof_last_write_status') === 'err') findings.wrong('Its last write to disk failed.', 'Make room on its disk.')
  if (fields.get('role') === 'slave')
    findings.wrong('It is a replica and takes no writes.', 'Let REDIS_URL name the master, or the Sentinels.')
  judgeMemory({ used: number('used_memory'), limit: number('maxmemory') || number('total_system_memory'), findings })
}

function judgeMemory({ used, limit, findings }: { used: number; limit: number; findings: Findings }): void {
  if (limit === 0) return
  const says = `It uses ${Math.round((used / limit) * 100)} % of its memory.`
  if (used > limit * FULL) findings.wrong(says, 'Give it more memory: when it is full no job can be added.')
  else findings.ok(says)
}

function isOlder(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major < LEAST_VERSION[0] || (major === LEAST_VERSION[0] && minor < LEAST_VERSION[1])
}

async function checkWorkers({
  connection,
  namespace,
  now,
}: {
  connection: RedisConnection
  namespace: string
  now: () => number
}): Promise<Finding[]> {
  const findings = collectFindings('workers')
  const expected = knownProcesses.flatMap(({ states }) => Object.values(states).map(({ worker }) => worker))
  const { missing, silent, heartbeats } = await readFleetHealth({ connection, namespace }, [...new Set([...expected, 'sync' as const])])
  for (const worker of missing) findings.wrong(`No worker-${worker} lives.`, `Start worker-${worker}, or look into its log.`)
  if (silent)
    findings.wrong(
      `worker-${silent.worker} takes no jobs: the canary is stuck in ${silent.state} since ${shownTime(new Date(silent.since).toISOString())}.`,
      `Restart worker-${silent.worker}.`,
    )
  for (const { worker, instance, at, loopLagMs } of heartbeats) {
    const who = `worker-${worker} ${instance}`
    if (loopLagMs > HELD_UP_MS)
      findings.warning(
        `${who} is held up for ${shownDuration(loopLagMs)} at a time.`,
        'Give it a faster processor, or fewer jobs at once (WORKER_CONCURRENCY).',
      )
    else findings.ok(`${who} lives (beat ${shownDuration(Math.max(0, now() - at))} ago).`)
  }
  return [...findings.all]
}
