// What every command is built from. The outside (environment, network, database, time, terminal) is handed in by main.ts or by a test; the
// settings are read when a command first needs them, so that `--help` and `doctor` work whatever the environment holds.
import { existsSync } from 'node:fs'
import { type ApiClient, createClient } from '@rollcall/client'
import type { Database } from '@rollcall/database'
import { type Environment, readEnv } from '@rollcall/platform'
import { connectionFile, type FoundSettings, findSettings } from '@rollcall/scripts/connection-file'
import { CliError } from './cli-error.ts'
import { sqliteFile } from './doctor/check-files.ts'
import { ApiAccessEnv, DatabaseEnv } from './env.ts'
import { EXIT, type ExitCode } from './exit-codes.ts'
import type { Terminal } from './terminal/terminal.ts'

export interface CliDeps {
  readonly env: Environment
  readonly terminal: Terminal
  readonly openDatabase: (url: string) => Promise<Database>
  readonly fetch: typeof globalThis.fetch
  readonly now: () => number
  /** Waits, or rejects once the signal fires. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>
  /** Fires at Ctrl-C. */
  readonly interrupted: AbortSignal
  /** The account on this machine; stands in the audit log. */
  readonly user: string
}

export interface CliContext extends Omit<CliDeps, 'env' | 'user'> {
  settings(): Promise<FoundSettings>
  /** @throws CliError, exit code 3, where it is not known where the API is */
  api(options?: { readonly timeoutMs?: number }): Promise<ApiClient>
  apiAccess(): Promise<{ readonly url: string; readonly key: string }>
  withDatabase<Result>(work: (database: Database) => Promise<Result>): Promise<Result>
  /** Who stands in the audit log where no API key does. */
  readonly actor: string
  /** How the command ends if nothing is thrown; the worst one counts. */
  end(code: ExitCode): void
  readonly exitCode: () => ExitCode
}

export function createContext({ env, openDatabase, user, ...deps }: CliDeps): CliContext {
  let found: Promise<FoundSettings> | null = null
  let worst: ExitCode = EXIT.fine

  function settings(): Promise<FoundSettings> {
    found ??= findSettings(env)
    return found
  }

  async function apiAccess() {
    const { env: known } = await settings()
    if (!known.ROLLCALL_API_URL)
      throw new CliError(
        `Where is the API? Start a fleet with \`npm start\` (it writes ${connectionFile(env)}), or set ROLLCALL_API_URL and ROLLCALL_API_KEY.`,
        EXIT.unreachable,
      )
    const { ROLLCALL_API_URL, ROLLCALL_API_KEY } = readEnv(ApiAccessEnv, known)
    return { url: ROLLCALL_API_URL, key: ROLLCALL_API_KEY }
  }

  return {
    ...deps,
    openDatabase,
    actor: `${user} (command line)`,
    settings,
    apiAccess,
    async api(options = {}) {
      const { url, key } = await apiAccess()
      return createClient({ url, apiKey: key, fetch: deps.fetch, ...options })
    },
    async withDatabase(work) {
      const { env: known } = await settings()
      const { DATABASE_URL } = readEnv(DatabaseEnv, known)
      assertThere(DATABASE_URL)
      const database = await openDatabase(DATABASE_URL)
      try {
        return await work(database)
      } finally {
        await database.close()
      }
    },
    end(code) {
      if (code > worst) worst = code
    },
    exitCode: () => worst,
  }
}

/** Opening a file that is not there would make it, empty. */
function assertThere(url: string): void {
  const file = sqliteFile(url)
  if (file === null || existsSync(file)) return
  throw new CliError(`There is no database at ${file}. Set DATABASE_URL, or make it: \`pnpm db:migrate\`.`, EXIT.unreachable)
}
