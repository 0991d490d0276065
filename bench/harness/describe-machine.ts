import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { cpus, loadavg, release, totalmem } from 'node:os'
import { z } from 'zod'
import type { Machine } from './results.ts'

const LIBRARIES = ['bullmq', 'ioredis'] as const
const Manifest = z.object({ version: z.string() })

export function describeMachine(): Machine {
  const { resolve } = createRequire(import.meta.url)
  const cores = cpus()
  return {
    node: process.version,
    libraries: Object.fromEntries(LIBRARIES.map((name) => [name, versionAt(resolve(`${name}/package.json`))])),
    cpus: `${cores.length} × ${cores[0]?.model.trim() ?? 'unknown'}`,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
    loadBefore: loadavg()[0] ?? Number.NaN,
  }
}

function versionAt(manifest: string): string {
  return Manifest.parse(JSON.parse(readFileSync(manifest, 'utf8'))).version
}
