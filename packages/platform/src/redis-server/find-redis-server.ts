// Finds a redis-server without asking anybody to install one: PATH first, then the cache folder, then the distribution's package, unpacked
// into the cache folder without root and without touching the system.
// What must always hold: what is answered was seen to run here; the cache folder never holds half an unpacked package, however many
// processes ask at once.
import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { delimiter, join, resolve } from 'node:path'
import { probeRedisBinary, type RedisBinary } from './redis-binary.ts'
import { cachedRedis, unpackRedis } from './unpack-redis.ts'

/** `.cache/redis` of this checkout. */
const DEFAULT_CACHE_DIR = join(import.meta.dirname, '../../../../.cache/redis')
const NAMES = ['redis-server', 'valkey-server']
/** Where Homebrew and hand-made installations lie, which a supervisor's PATH may lack. */
const USUAL_PLACES = ['/opt/homebrew/bin', '/usr/local/bin', '/usr/bin']

interface FindOptions {
  /** @defaultValue `.cache/redis` of this checkout */
  readonly cacheDir?: string
  /** Where programs are looked for: Redis, and apt. @defaultValue PATH, and the usual places behind it */
  readonly path?: string
}

const searches = new Map<string, Promise<RedisBinary>>()

/** @throws Error that says how to get a Redis, where none is found and none can be unpacked */
export function findRedisServer({ cacheDir = DEFAULT_CACHE_DIR, path = defaultPath() }: FindOptions = {}): Promise<RedisBinary> {
  const folder = resolve(cacheDir)
  const key = `${folder}\n${path}`
  const search = searches.get(key) ?? find({ cacheDir: folder, path })
  searches.set(key, search)
  // A search that failed may be repeated, say after an installation.
  search.catch(() => searches.delete(key))
  return search
}

function defaultPath(): string {
  return [process.env.PATH ?? '', ...USUAL_PLACES].join(delimiter)
}

async function find({ cacheDir, path }: { readonly cacheDir: string; readonly path: string }): Promise<RedisBinary> {
  const found = (await onPath(path)) ?? (await cachedRedis(cacheDir))
  if (found) return found
  try {
    return await unpackRedis({ cacheDir, path })
  } catch (error) {
    throw new Error(
      [
        'No redis-server or valkey-server (6.2 or newer) is on PATH, and unpacking the one of this Linux distribution failed.',
        error instanceof Error ? error.message : String(error),
        'Set REDIS_URL to a running Redis, or get one by one of:',
        '  docker run -d -p 6379:6379 redis:7    and REDIS_URL=redis://127.0.0.1:6379',
        '  sudo apt-get install redis-server',
        '  brew install redis',
      ].join('\n'),
      { cause: error },
    )
  }
}

async function onPath(path: string): Promise<RedisBinary | null> {
  for (const folder of new Set(path.split(delimiter).filter((one) => one !== ''))) {
    for (const name of NAMES) {
      const command = join(folder, name)
      const binary = (await isExecutable(command)) ? await probeRedisBinary({ command, env: {} }) : null
      if (binary) return binary
    }
  }
  return null
}

async function isExecutable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  )
}
