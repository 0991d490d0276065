// Unpacks the distribution's Redis package into the cache folder. Everything is made in a folder of its own and put in place by one rename,
// so that several processes may do this at once: the first one wins, the others use what it made.
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, rename, rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { downloadPackages } from './download-packages.ts'
import { probeRedisBinary, type RedisBinary } from './redis-binary.ts'

const run = promisify(execFile)
const UNPACK_MS = 60_000

/** Null: nothing is unpacked in this cache folder, or it does not run here (another machine's libraries, say). */
export async function cachedRedis(cacheDir: string): Promise<RedisBinary | null> {
  const root = rootOf(cacheDir)
  return probeRedisBinary({ command: join(root, 'usr/bin/redis-server'), env: { LD_LIBRARY_PATH: await libraryPath(root) } })
}

/** @throws Error with the reason, in one line, where this machine has no apt or cannot reach its packages */
export async function unpackRedis({ cacheDir, path }: { readonly cacheDir: string; readonly path: string }): Promise<RedisBinary> {
  await mkdir(cacheDir, { recursive: true })
  const workDir = await mkdtemp(join(cacheDir, 'unpacking-'))
  try {
    const made = join(workDir, 'root')
    await mkdir(made)
    const options = { timeout: UNPACK_MS, env: { ...process.env, PATH: path } }
    for (const file of await downloadPackages({ workDir, path })) await run('dpkg-deb', ['-x', file, made], options)
    await nameServer(made)
    return await putInPlace({ made, workDir, cacheDir })
  } finally {
    await rm(workDir, { recursive: true, force: true })
  }
}

async function putInPlace({ made, workDir, cacheDir }: { made: string; workDir: string; cacheDir: string }): Promise<RedisBinary> {
  for (let tries = 0; tries < 3; tries += 1) {
    await rename(made, rootOf(cacheDir)).catch(ignoreTaken)
    const binary = await cachedRedis(cacheDir)
    if (binary) return binary
    // What stands there does not run, so it is moved out of the way, as one rename again.
    await rename(rootOf(cacheDir), join(workDir, `broken-${tries}`)).catch(ignoreGone)
  }
  throw new Error(`The unpacked redis-server does not run on this machine (${cacheDir}).`)
}

/** The package redis-server is only a service file; the program is in redis-tools, which answers to the name it is called by. */
async function nameServer(root: string): Promise<void> {
  await symlink('redis-check-rdb', join(root, 'usr/bin/redis-server')).catch(ignoreTaken)
}

/** The folders of the unpacked libraries, for LD_LIBRARY_PATH: usr/lib and lib, with one folder per architecture. */
async function libraryPath(root: string): Promise<string> {
  const bases = [join(root, 'usr/lib'), join(root, 'lib')]
  const folders = await Promise.all(bases.map(async (base) => [base, ...(await subfolders(base))]))
  return folders.flat().join(':')
}

async function subfolders(base: string): Promise<string[]> {
  const entries = await readdir(base, { withFileTypes: true }).catch(noEntries)
  return entries.filter((entry) => entry.isDirectory()).map((entry) => join(base, entry.name))
}

function rootOf(cacheDir: string): string {
  return join(cacheDir, 'root')
}

function ignoreTaken(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST' && error.code !== 'ENOENT') throw error
}

function ignoreGone(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error
}

function noEntries(error: NodeJS.ErrnoException): [] {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return []
  throw error
}
