// Prisma's schema engine compiled to WebAssembly: compares a schema with migrations, offline. SQLite only (for SQL Server it panics). A
// tool for developers and checks; nothing that runs in production loads it.
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { bindMigrationAwareSqlAdapterFactory, type SqlDriverAdapter } from '@prisma/driver-adapter-utils'
import { createSqliteAdapter, openSqlite } from '@rollcall/database/sqlite'

interface MigrationList {
  readonly baseDir: string
  readonly shadowDbInitScript: string
  readonly lockfile: { readonly path: string; readonly content: string | null }
  readonly migrationDirectories: readonly {
    readonly path: string
    readonly migrationFile: { readonly path: string; readonly content: { readonly tag: 'ok'; readonly value: string } }
  }[]
}

/** The part of the engine that we call; see `DiffParams` in the package's own types. */
interface SchemaEngine {
  diff(parameters: {
    readonly from: { readonly tag: 'migrations' } & MigrationList
    readonly to: { readonly tag: 'schemaDatamodel'; readonly files: readonly { readonly path: string; readonly content: string }[] }
    readonly script: boolean
    readonly exitCode: null
    readonly shadowDatabaseUrl: null
    readonly filters: { readonly externalTables: readonly string[]; readonly externalEnums: readonly string[] }
  }): Promise<{ readonly stdout: string | null }>
  free(): void
}

interface EngineModule {
  __wbg_set_wasm(exports: object): void
  readonly SchemaEngine: {
    new: (options: { datamodels: [string, string][] }, log: () => void, adapter: unknown) => Promise<SchemaEngine>
  }
}

/** Importing a `.wasm` file as a module still needs a flag in Node, so we instantiate it by hand. */
async function loadEngineModule(): Promise<EngineModule> {
  const folder = dirname(fileURLToPath(import.meta.resolve('@prisma/schema-engine-wasm')))
  const module = asEngineModule(await import(pathToFileURL(join(folder, 'schema_engine_bg.js')).href))
  const bytes = readFileSync(join(folder, 'schema_engine_bg.wasm'))
  const { instance } = await webAssembly().instantiate(bytes, { './schema_engine_bg.js': module })
  module.__wbg_set_wasm(instance.exports)
  instance.exports.__wbindgen_start?.()
  Object.assign(globalThis, { PRISMA_WASM_PANIC_REGISTRY: { set_message: (message: string) => console.error(message) } })
  return module
}

/** The file is the package's own, of the pinned version, whose exports these are. */
function asEngineModule(module: unknown): EngineModule {
  return module as EngineModule
}

interface WebAssemblyApi {
  instantiate(bytes: Uint8Array, imports: object): Promise<{ instance: { exports: { __wbindgen_start?: () => void } } }>
}

/** Node has it; its type stands in the browsers' library, which we do not load. */
function webAssembly(): WebAssemblyApi {
  return Reflect.get(globalThis, 'WebAssembly') as WebAssemblyApi
}

/** The SQL that leads from the migrations in a folder to a SQLite schema; empty comments only, if they agree. */
export async function diffSqliteMigrations({ folder, schema }: { folder: string; schema: string }): Promise<string> {
  const { SchemaEngine } = await loadEngineModule()
  const opened: SqlDriverAdapter[] = []
  const connect = async () => {
    const adapter = await createSqliteAdapter(await openSqlite({ file: ':memory:' })).connect()
    // The engine sends whole scripts through executeRaw.
    const scripted: SqlDriverAdapter = {
      ...adapter,
      executeRaw: (query) => (query.args.length > 0 ? adapter.executeRaw(query) : adapter.executeScript(query.sql).then(() => 0)),
    }
    opened.push(scripted)
    return scripted
  }
  const factory = bindMigrationAwareSqlAdapterFactory({
    provider: 'sqlite',
    adapterName: 'rollcall-node-sqlite',
    connect,
    connectToShadowDb: connect,
  })
  const engine = await SchemaEngine.new({ datamodels: [['schema.prisma', schema]] }, () => undefined, factory)
  try {
    const { stdout } = await engine.diff({
      from: { tag: 'migrations', ...readMigrationList(folder) },
      to: { tag: 'schemaDatamodel', files: [{ path: 'schema.prisma', content: schema }] },
      script: true,
      exitCode: null,
      shadowDatabaseUrl: null,
      filters: { externalTables: [], externalEnums: [] },
    })
    return stdout ?? ''
  } finally {
    engine.free()
    await Promise.allSettled(opened.map((adapter) => adapter.dispose()))
  }
}

function readMigrationList(folder: string): MigrationList {
  const names = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
  return {
    baseDir: folder,
    shadowDbInitScript: '',
    lockfile: { path: 'migration_lock.toml', content: readFileSync(join(folder, 'migration_lock.toml'), 'utf8') },
    migrationDirectories: names.map((name) => ({
      path: name,
      migrationFile: {
        path: 'migration.sql',
        content: { tag: 'ok', value: readFileSync(join(folder, name, 'migration.sql'), 'utf8') },
      },
    })),
  }
}
