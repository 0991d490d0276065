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

const FILTERS = { externalTables: [], externalEnums: [] }

/** The part of the engine that we call; the package's own types describe all of it. */
interface SchemaEngine {
  diff(parameters: {
    readonly from: { readonly tag: 'migrations' } & MigrationList
    readonly to: { readonly tag: 'schemaDatamodel'; readonly files: readonly { readonly path: string; readonly content: string }[] }
    readonly script: boolean
    readonly exitCode: null
    readonly shadowDatabaseUrl: null
    readonly filters: typeof FILTERS
  }): Promise<{ readonly stdout: string | null }>
  diagnoseMigrationHistory(parameters: {
    readonly migrationsList: MigrationList
    readonly optInToShadowDatabase: boolean
    readonly filters: typeof FILTERS
  }): Promise<MigrationDiagnosis>
  applyMigrations(parameters: {
    readonly migrationsList: MigrationList
    readonly filters: typeof FILTERS
  }): Promise<{ readonly appliedMigrationNames: readonly string[] }>
  free(): void
}

/** What Prisma itself thinks of a database's migrations; `history` is null where it finds nothing amiss. */
export interface MigrationDiagnosis {
  readonly editedMigrationNames: readonly string[]
  readonly failedMigrationNames: readonly string[]
  readonly hasMigrationsTable: boolean
  readonly history: unknown
}

interface EngineModule {
  __wbg_set_wasm(exports: object): void
  readonly SchemaEngine: {
    new: (options: { datamodels: [string, string][] }, log: () => void, adapter: unknown) => Promise<SchemaEngine>
  }
}

let engineModule: Promise<EngineModule> | undefined

/** Importing a `.wasm` file as a module still needs a flag in Node, so we instantiate it by hand; once, since its glue keeps one memory. */
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

interface EngineOptions {
  /** The database file; by default one in memory. */
  readonly file?: string
  readonly schema: string
}

async function withEngine<T>({ file = ':memory:', schema }: EngineOptions, body: (engine: SchemaEngine) => Promise<T>): Promise<T> {
  engineModule ??= loadEngineModule()
  const { SchemaEngine } = await engineModule
  const opened: SqlDriverAdapter[] = []
  const connectTo = async (database: string) => {
    const adapter = await createSqliteAdapter(await openSqlite({ file: database })).connect()
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
    connect: () => connectTo(file),
    connectToShadowDb: () => connectTo(':memory:'),
  })
  const engine = await SchemaEngine.new({ datamodels: [['schema.prisma', schema]] }, () => undefined, factory)
  try {
    return await body(engine)
  } finally {
    engine.free()
    await Promise.allSettled(opened.map((adapter) => adapter.dispose()))
  }
}

/** The SQL that leads from the migrations in a folder to a SQLite schema; nothing but a comment where they agree. */
export function diffSqliteMigrations({ folder, schema }: { folder: string; schema: string }): Promise<string> {
  return withEngine({ schema }, async (engine) => {
    const { stdout } = await engine.diff({
      from: { tag: 'migrations', ...readMigrationList(folder) },
      to: { tag: 'schemaDatamodel', files: [{ path: 'schema.prisma', content: schema }] },
      script: true,
      exitCode: null,
      shadowDatabaseUrl: null,
      filters: FILTERS,
    })
    return stdout ?? ''
  })
}

/** Asks Prisma's engine what it thinks of the migrations of a SQLite file. */
export function diagnoseWithPrisma({ folder, ...options }: EngineOptions & { folder: string }): Promise<MigrationDiagnosis> {
  return withEngine(options, (engine) =>
    engine.diagnoseMigrationHistory({ migrationsList: readMigrationList(folder), optInToShadowDatabase: false, filters: FILTERS }),
  )
}

/** Applies migrations to a SQLite file as `prisma migrate deploy` does, and answers their names. */
export function deployWithPrisma({ folder, ...options }: EngineOptions & { folder: string }): Promise<readonly string[]> {
  return withEngine(options, async (engine) => {
    const { appliedMigrationNames } = await engine.applyMigrations({ migrationsList: readMigrationList(folder), filters: FILTERS })
    return appliedMigrationNames
  })
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
