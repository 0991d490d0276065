// The figures that the documentation states: those of the last `pnpm bench --record`, scenario by scenario, with the machine that each was
// measured on. They are committed, so that a page can never say other figures than were measured.
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'

export const RESULTS_FILE = join(import.meta.dirname, '..', 'results.json')

const Wanted = z.union([z.object({ atLeast: z.number() }), z.object({ atMost: z.number() })])

const Figure = z.object({
  key: z.string(),
  what: z.string(),
  unit: z.string(),
  digits: z.number().optional(),
  wanted: Wanted.optional(),
  median: z.number(),
  /** In the order in which they were measured. */
  rounds: z.array(z.number()).readonly(),
  /** Null where nothing is wanted: a baseline. */
  met: z.boolean().nullable(),
})

const Machine = z.object({
  node: z.string(),
  libraries: z.record(z.string(), z.string()),
  cpus: z.string(),
  memoryGb: z.number(),
  kernel: z.string(),
  /** Processes that wanted a core in the minute before: above a few tenths, somebody else was working. */
  loadBefore: z.number(),
})

const ScenarioResult = z.object({
  name: z.string(),
  about: z.string(),
  at: z.iso.datetime(),
  machine: Machine,
  figures: z.array(Figure).readonly(),
})

export type Figure = Readonly<z.infer<typeof Figure>>
/** What a figure depends on besides our own code. */
export type Machine = Readonly<z.infer<typeof Machine>>
export type ScenarioResult = Readonly<z.infer<typeof ScenarioResult>>

export async function readResults(file = RESULTS_FILE): Promise<ScenarioResult[]> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '[]'
    throw error
  })
  return z.array(ScenarioResult).parse(JSON.parse(text))
}

/** Each scenario's newest result takes the place of the one before it. */
export async function recordResults(results: readonly ScenarioResult[], file = RESULTS_FILE): Promise<void> {
  const standing = new Map((await readResults(file)).map((result) => [result.name, result]))
  for (const result of results) standing.set(result.name, result)
  await writeFile(file, `${JSON.stringify([...standing.values()], null, 2)}\n`)
}
