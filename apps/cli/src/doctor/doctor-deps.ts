import type { Database } from '@rollcall/database'
import type { Environment } from '@rollcall/platform'

export interface DoctorDeps {
  /** Completed from the connection file where that is used. */
  readonly env: Environment
  /** The connection file; null where the environment says everything. */
  readonly file: string | null
  readonly openDatabase: (url: string) => Promise<Database>
  readonly fetch: typeof globalThis.fetch
  readonly now: () => number
}
