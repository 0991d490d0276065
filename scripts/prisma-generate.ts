// Derives prisma/sqlite/schema.prisma from the canonical schema and generates both Prisma clients, without network.
//   node scripts/prisma-generate.ts           writes the derived schema and both clients
//   node scripts/prisma-generate.ts --check   exits 1 if the committed derived schema is stale; writes nothing
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { deriveSqliteSchema } from './derive-sqlite-schema.ts'

const root = resolve(import.meta.dirname, '..')
const canonicalFile = join(root, 'prisma/schema.prisma')
const derivedFile = join(root, 'prisma/sqlite/schema.prisma')

/** The text of a file; empty if there is none, which differs from every schema. */
function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return ''
    throw error
  }
}

/**
 * Prisma's CLI wants an executable schema engine on disk even for `generate`, which never runs it, and would download one. The stub stands
 * in for it and fails loudly if it is ever run.
 */
function generateClients() {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-prisma-'))
  const stub = join(folder, 'schema-engine-stub')
  writeFileSync(stub, '#!/bin/sh\necho "This is a stub of the schema engine; use pnpm db:migrate." >&2\nexit 1\n', { mode: 0o755 })
  const cli = join(dirname(fileURLToPath(import.meta.resolve('prisma/package.json'))), 'build/index.js')
  const env = { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: stub, PRISMA_HIDE_UPDATE_MESSAGE: '1', CHECKPOINT_DISABLE: '1' }
  try {
    for (const schema of [canonicalFile, derivedFile]) {
      const { status, stdout, stderr } = spawnSync(process.execPath, [cli, 'generate', '--schema', schema, '--no-hints'], {
        cwd: root,
        env,
        encoding: 'utf8',
      })
      if (status !== 0) throw new Error(`prisma generate failed for ${schema}:\n${stdout}${stderr}`)
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const derived = deriveSqliteSchema(readFileSync(canonicalFile, 'utf8'))
const stale = readIfThere(derivedFile) !== derived

if (process.argv.includes('--check')) {
  if (stale) {
    console.error('prisma/sqlite/schema.prisma is stale: run `pnpm db:generate` and commit the result.')
    process.exitCode = 1
  }
} else {
  if (stale) {
    mkdirSync(dirname(derivedFile), { recursive: true })
    writeFileSync(derivedFile, derived)
  }
  generateClients()
  console.log('Generated both Prisma clients into packages/database/generated.')
}
