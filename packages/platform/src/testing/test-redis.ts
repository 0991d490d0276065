import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import { type RedisServer, startRedisServer } from '../redis-server/index.ts'

export interface TestRedis {
  /** Known once the file's `beforeAll` hooks have run; the same over restarts. */
  readonly url: string
  readonly pid: number
  /** Ends it as a crash would; what it held is lost. */
  kill(): Promise<void>
  /** Starts it again, empty, on the same port. */
  restart(): Promise<void>
}

/** A Redis for the test file that calls this at its top: started before the first test, ended after the last. */
export function testRedis(): TestRedis {
  let dir = ''
  let server: RedisServer | null = null

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'rollcall-redis-'))
    server = await startRedisServer({ dir, port: 0, persistent: false })
  })
  afterAll(async () => {
    await server?.kill()
    if (dir !== '') await rm(dir, { recursive: true, force: true })
  })

  function started(): RedisServer {
    if (!server) throw new Error('testRedis() starts its Redis in beforeAll; read it in a test or in a later hook.')
    return server
  }

  return {
    get url() {
      return started().url
    },
    get pid() {
      return started().pid
    },
    kill: () => started().kill(),
    async restart() {
      const { port } = started()
      await started().kill()
      server = await startRedisServer({ dir, port, persistent: false })
    },
  }
}
