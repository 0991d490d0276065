import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/** BullMQ needs commands that came with this version. */
const OLDEST = { major: 6, minor: 2 }
const PROBE_MS = 10_000

/** A redis-server that was seen to run on this machine. */
export interface RedisBinary {
  readonly command: string
  /** What it needs in its environment: where its libraries are. */
  readonly env: Readonly<Record<string, string>>
  /** e.g. `7.0.15`. */
  readonly version: string
}

/** Asks a binary for its version. Null: it does not run here, is too old, or is something else. */
export async function probeRedisBinary(found: Pick<RedisBinary, 'command' | 'env'>): Promise<RedisBinary | null> {
  const version = supportedVersion(await outputOf(found))
  return version === null ? null : { ...found, version }
}

/** @param output what `redis-server --version` or `valkey-server --version` prints */
export function supportedVersion(output: string): string | null {
  const match = /(?:Redis|Valkey) server v=((\d+)\.(\d+)[\w.-]*)/i.exec(output)
  if (!match) return null
  const [major, minor] = [Number(match[2]), Number(match[3])]
  const isNewEnough = major > OLDEST.major || (major === OLDEST.major && minor >= OLDEST.minor)
  return isNewEnough ? (match[1] ?? null) : null
}

async function outputOf({ command, env }: Pick<RedisBinary, 'command' | 'env'>): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(command, ['--version'], { env: { ...process.env, ...env }, timeout: PROBE_MS })
    return stdout
  } catch {
    // Whatever keeps it from telling its version keeps it from serving; the next place in the chain is tried.
    return ''
  }
}
