/*
 * Keeps the tenant in a JSON file, so that a restarted demo finds the accounts it made.
 * Writes are gathered for half a second, or ten times what the last one took, and put in place by a rename: the file is
 * whole at every moment, writing takes a tenth of the time at most, and a killed simulator loses what was not written. Passwords are not in it, because the directory never keeps them.
 */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { z } from 'zod'
import type { Directory } from './create-directory.ts'

const GATHER_MS = 500
const REST_FACTOR = 10
const Properties = z.record(z.string(), z.unknown())
const Ids = z.array(z.string())
const State = z.object({
  version: z.literal(1),
  skus: z.array(
    z.object({
      skuId: z.string(),
      skuPartNumber: z.string(),
      enabled: z.number(),
      consumed: z.number(),
      servicePlans: z.array(z.object({ servicePlanId: z.string(), servicePlanName: z.string() })),
    }),
  ),
  schools: z.array(z.object({ id: z.string(), properties: Properties, classes: Ids })),
  classes: z.array(z.object({ id: z.string(), createdAt: z.number(), properties: Properties })),
  users: z.array(
    z.object({
      id: z.string(),
      createdAt: z.number(),
      properties: Properties,
      deleted: z.object({ at: z.number(), userPrincipalName: z.string() }).optional(),
      licences: z.array(z.tuple([z.string(), Ids])),
      memberOf: Ids,
      ownerOf: Ids,
      schools: Ids,
    }),
  ),
})
type State = z.output<typeof State>

export interface StateFile {
  /** Reads the file into an empty directory; no file is an empty tenant. */
  load(): Promise<void>
  /** Notes that something changed; it is written soon. */
  touch(): void
  /** Writes what is outstanding. */
  flush(): Promise<void>
}

export function createStateFile({ path, directory }: { path: string; directory: () => Directory }): StateFile {
  let timer: NodeJS.Timeout | undefined
  let writing: Promise<void> = Promise.resolve()
  let gatherMs = GATHER_MS
  const write = async () => {
    const startedAt = performance.now()
    const temporary = `${path}.${process.pid}.tmp`
    await writeFile(temporary, JSON.stringify(toState(directory())), { mode: 0o600 })
    await rename(temporary, path)
    gatherMs = Math.max(GATHER_MS, (performance.now() - startedAt) * REST_FACTOR)
  }
  const flush = async () => {
    if (timer === undefined) return writing
    clearTimeout(timer)
    timer = undefined
    writing = writing.then(write)
    return writing
  }
  return {
    async load() {
      const text = await readIfThere(path)
      await mkdir(dirname(path), { recursive: true })
      if (text === undefined) return
      const parsed = State.safeParse(parseJson(text))
      if (!parsed.success) {
        throw new Error(`The simulator's state file ${path} does not fit: ${z.prettifyError(parsed.error)}. Remove it to start empty.`)
      }
      applyState({ state: parsed.data, directory: directory() })
    },
    touch() {
      timer ??= setTimeout(() => void flush(), gatherMs).unref()
    },
    flush,
  }
}

function toState(directory: Directory): State {
  return {
    version: 1,
    skus: [...directory.skus.values()].map((sku) => ({ ...sku, servicePlans: [...sku.servicePlans] })),
    schools: [...directory.schools.values()].map(({ id, properties, classes }) => ({ id, properties, classes: [...classes.keys()] })),
    classes: [...directory.classes.values()].map(({ id, createdAt, properties }) => ({ id, createdAt, properties })),
    users: [...directory.users.values(), ...directory.deletedUsers.values()].map((user) => ({
      id: user.id,
      createdAt: user.createdAt,
      properties: user.properties,
      deleted: user.deleted,
      licences: [...user.licences].map(([skuId, plans]): [string, string[]] => [skuId, [...plans]]),
      memberOf: [...user.memberOf],
      ownerOf: [...user.ownerOf],
      schools: [...user.schools],
    })),
  }
}

function applyState({ state, directory }: { state: State; directory: Directory }): void {
  for (const sku of state.skus) directory.addSku(sku)
  for (const { id, createdAt, properties } of state.classes) directory.createClass({ id, createdAt, properties, settled: true })
  for (const { id, properties, classes } of state.schools) {
    const school = directory.createSchool({ id, properties, settled: true })
    for (const record of classes.flatMap((classId) => directory.classes.get(classId) ?? []))
      directory.addSchoolClass({ school, record, settled: true })
  }
  for (const saved of state.users) {
    const user = directory.createUser({ id: saved.id, createdAt: saved.createdAt, properties: saved.properties, settled: true })
    for (const [skuId, plans] of saved.licences) user.licences.set(skuId, plans)
    for (const target of saved.memberOf.flatMap((id) => directory.classes.get(id) ?? []))
      directory.addMember({ target, user, settled: true })
    for (const target of saved.ownerOf.flatMap((id) => directory.classes.get(id) ?? [])) directory.addOwner({ target, user, settled: true })
    for (const target of saved.schools.flatMap((id) => directory.schools.get(id) ?? []))
      directory.addSchoolUser({ target, user, settled: true })
    if (saved.deleted !== undefined) directory.adoptDeleted({ user, deleted: saved.deleted })
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Not JSON is refused by the schema, with the file's name.
    return undefined
  }
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
