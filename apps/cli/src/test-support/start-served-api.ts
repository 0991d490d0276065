// The real API on a port, over a real database, and the command line as somebody with one of its keys types it.
import { startTestApi, type TestApi } from '@rollcall/api/testing'
import type { ApiRole } from '@rollcall/database'
import { createTestCli, type RunCommand, type TestCliOptions } from './create-test-cli.ts'

export interface ServedApi extends TestApi {
  readonly url: string
  /** The command line with the key of this role, on the API's clock. */
  cli(options: { readonly as: ApiRole } & Partial<TestCliOptions>): RunCommand
}

export async function startServedApi({ redisUrl }: { readonly redisUrl: string }): Promise<ServedApi> {
  const api = await startTestApi({ redisUrl })
  const url = await api.api.listen({ host: '127.0.0.1', port: 0 })
  return {
    ...api,
    url,
    cli: ({ as, ...options }) =>
      createTestCli({ env: { ROLLCALL_API_URL: url, ROLLCALL_API_KEY: api.keys[as] }, now: () => api.clock.now(), ...options }),
  }
}
