// Downloads Debian packages as an ordinary user: apt-get download needs no root, and where the machine has no package lists (or stale
// ones), lists of our own in the working folder do.
import { execFile } from 'node:child_process'
import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const PACKAGE = 'redis-tools'
/** Every Debian machine has these in the version that all its other programs need. */
const NEVER_UNPACKED = ['adduser', 'libc6', 'libgcc-s1']
const APT_MS = 180_000

/**
 * Downloads the package of redis-server, and the libraries that it names, into `workDir`.
 * @returns the downloaded files
 */
export async function downloadPackages({ workDir, path }: { readonly workDir: string; readonly path: string }): Promise<string[]> {
  const files = join(workDir, 'packages')
  await mkdir(files)
  try {
    await download({ files, path, options: [] })
  } catch {
    // Missing or outdated lists fail in many words; lists of our own answer all of them, and their own failure is reported.
    await download({ files, path, options: await ownLists({ workDir, path }) })
  }
  const names = await readdir(files)
  return names.filter((name) => name.endsWith('.deb')).map((name) => join(files, name))
}

async function download({
  files,
  path,
  options,
}: {
  readonly files: string
  readonly path: string
  readonly options: readonly string[]
}): Promise<void> {
  const depends = await apt({ tool: 'apt-cache', does: 'depends', args: [...options, 'depends', PACKAGE], cwd: files, path })
  const packages = [PACKAGE, ...librariesIn(depends)]
  // Run by root, apt hands downloads to a user of its own, who cannot write here.
  await apt({
    tool: 'apt-get',
    does: 'download',
    args: [...options, '-q', '-o', 'APT::Sandbox::User=', '-o', 'Acquire::http::Timeout=30', 'download', ...packages],
    cwd: files,
    path,
  })
}

/** @param output what `apt-cache depends` prints: direct dependencies, alternatives marked `|`, virtual packages in angle brackets */
export function librariesIn(output: string): string[] {
  return [...output.matchAll(/^ +Depends: ([a-z0-9][a-z0-9+.-]*)$/gm)]
    .map(([, name = '']) => name)
    .filter((name) => !NEVER_UNPACKED.includes(name))
}

async function ownLists({ workDir, path }: { readonly workDir: string; readonly path: string }): Promise<string[]> {
  const state = join(workDir, 'state')
  const cache = join(workDir, 'cache')
  await mkdir(join(state, 'lists/partial'), { recursive: true })
  await mkdir(join(cache, 'archives/partial'), { recursive: true })
  const settings = [
    `Dir::State=${state}`,
    `Dir::State::lists=${join(state, 'lists')}`,
    `Dir::Cache=${cache}`,
    'Dir::State::status=/var/lib/dpkg/status',
    'APT::Sandbox::User=',
    'Acquire::http::Timeout=30',
  ]
  const options = settings.flatMap((setting) => ['-o', setting])
  await apt({ tool: 'apt-get', does: 'update', args: [...options, '-q', 'update'], cwd: workDir, path })
  return options
}

interface AptCall {
  readonly tool: 'apt-get' | 'apt-cache'
  /** For the error. */
  readonly does: string
  readonly args: readonly string[]
  readonly cwd: string
  readonly path: string
}

async function apt({ tool, does, args, cwd, path }: AptCall): Promise<string> {
  try {
    // LC_ALL: what it prints is read.
    const { stdout } = await promisify(execFile)(tool, args, { cwd, timeout: APT_MS, env: { ...process.env, PATH: path, LC_ALL: 'C' } })
    return stdout
  } catch (error) {
    throw new Error(`${tool} ${does}: ${reasonOf(error)}`, { cause: error })
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if ('code' in error && error.code === 'ENOENT') return 'this machine has no such command.'
  const said = 'stderr' in error && typeof error.stderr === 'string' ? error.stderr.trim().split('\n').at(-1) : ''
  return said || error.message
}
