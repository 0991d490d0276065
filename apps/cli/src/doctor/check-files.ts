// What lies on this machine's disk: room for the SQLite file, and secrets that others could read.
import { stat, statfs } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { DatabaseEnv } from '../env.ts'
import type { DoctorDeps } from './doctor-deps.ts'
import { collectFindings, type Finding, type Findings } from './finding.ts'
import { readSettings } from './read-settings.ts'

const MEGABYTE = 1_024 * 1_024
const TIGHT = 1_024 * MEGABYTE
const FULL = 100 * MEGABYTE
const OTHERS = 0o077

export async function checkFiles({ env, file }: Pick<DoctorDeps, 'env' | 'file'>): Promise<Finding[]> {
  const findings = collectFindings('files')
  const databaseFile = sqliteFile(readSettings(DatabaseEnv, env)?.DATABASE_URL)
  if (databaseFile !== null) {
    await checkRoom(dirname(databaseFile), findings)
    await checkMode(databaseFile, findings)
  }
  if (file !== null) {
    await checkMode(file, findings)
    for (const key of ['credential.key', 'username.key']) await checkMode(join(dirname(file), key), findings)
  }
  for (const [name, path] of Object.entries(env)) if (name.endsWith('_FILE') && SECRET.test(name) && path) await checkMode(path, findings)
  return [...findings.all]
}

/** Settings of ours that may hold a secret. */
const SECRET = /^(?:DATABASE_URL|REDIS_URL|ROLLCALL_API_KEY|CREDENTIAL_KEYS|USERNAME_KEY|GRAPH_CLIENT_SECRET)_FILE$/

/** The path of a SQLite database; null where it is none, or lives in memory. */
export function sqliteFile(url: string | undefined): string | null {
  if (!url?.startsWith('file:') || url === 'file::memory:') return null
  return resolve(url.slice('file:'.length).replace(/^\/\/(?=\/)/, ''))
}

async function checkRoom(folder: string, findings: Findings): Promise<void> {
  const disk = await statfs(folder).catch((error: NodeJS.ErrnoException) => {
    // A folder that is not there is the database check's to tell.
    if (error.code !== 'ENOENT') findings.warning(`How much room ${folder} has cannot be told (${error.code ?? error.message}).`)
    return null
  })
  if (!disk) return
  const free = disk.bavail * disk.bsize
  const says = `${Math.round(free / MEGABYTE).toLocaleString('en')} MB are free for the SQLite file.`
  if (free < FULL) findings.wrong(says, `Make room in ${folder}: a full disk stops every write.`)
  else if (free < TIGHT) findings.warning(says, `Make room in ${folder} soon.`)
  else findings.ok(says)
}

async function checkMode(path: string, findings: Findings): Promise<void> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
  if (!found) return
  if ((found.mode & OTHERS) === 0) return findings.ok(`${path} can be read by its owner only.`)
  findings.warning(`${path} can be read by others on this machine.`, `chmod 600 ${path}`)
}
