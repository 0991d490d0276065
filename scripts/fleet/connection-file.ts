// `npm start` leaves the settings of the fleet that it started in a file, so that the command line finds it from another terminal. What must
// always hold: only its owner may read it, since it holds keys; and it is used whole or not at all, so that no command ever speaks to the API
// of one fleet and to the database of another.
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Environment } from '@rollcall/platform'
import { z } from 'zod'
import { REPOSITORY } from './repository.ts'

const NAME = 'connection.json'
const OWNER_ONLY = 0o600

/** Any of these in the environment means a fleet of its own. */
const NAMES_A_FLEET = ['ROLLCALL_API_URL', 'DATABASE_URL', 'REDIS_URL'].flatMap((name) => [name, `${name}_FILE`])

const Settings = z.record(z.string(), z.string())

export interface FoundSettings {
  /** The environment; where a file was used, its settings win. */
  readonly env: Environment
  /** Where they come from besides the environment; null where no file was used. */
  readonly file: string | null
}

/** @returns the file's path */
export async function writeConnectionFile({
  folder,
  settings,
}: {
  readonly folder: string
  readonly settings: Readonly<Record<string, string>>
}): Promise<string> {
  const file = join(folder, NAME)
  // The mode of a file that stands already would stay.
  await rm(file, { force: true })
  await writeFile(file, `${JSON.stringify(settings, null, 2)}\n`, { mode: OWNER_ONLY, flag: 'wx' })
  return file
}

export async function removeConnectionFile(folder: string): Promise<void> {
  await rm(join(folder, NAME), { force: true })
}

export function connectionFile({ ROLLCALL_DATA_DIR: folder }: Environment): string {
  return join(folder || join(REPOSITORY, '.data'), NAME)
}

/** @throws Error where the file is there and cannot be read */
export async function findSettings(env: Environment): Promise<FoundSettings> {
  if (NAMES_A_FLEET.some((name) => env[name])) return { env, file: null }
  const file = connectionFile(env)
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw new Error(`${file} cannot be read (${error.code}).`, { cause: error })
  })
  if (text === null) return { env, file: null }
  const { ROLLCALL_API_KEY, ...settings } = parsed(text, file)
  // A key of the caller's own wins over the file's: it is the same fleet, asked by somebody else.
  const hasOwnKey = Boolean(env.ROLLCALL_API_KEY || env.ROLLCALL_API_KEY_FILE)
  return { env: { ...env, ...settings, ...(!hasOwnKey && { ROLLCALL_API_KEY }) }, file }
}

function parsed(text: string, file: string): Record<string, string> {
  try {
    return Settings.parse(JSON.parse(text))
  } catch (cause) {
    throw new Error(`${file} is not what \`npm start\` writes. Remove it, or start the fleet again.`, { cause })
  }
}
