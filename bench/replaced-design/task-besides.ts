import { z } from 'zod'

const Besides = z.object({
  outsideUrl: z.string(),
  /** Where there is nothing to do: so long the contender looks for work all the same. */
  idleMs: z.number(),
  /** How many records of a batch a process of the replaced design works at the same time. */
  atOnce: z.number(),
})
export type Besides = z.infer<typeof Besides>

/** What this scenario tells its contenders besides what all are told. @throws ZodError where something else started them */
export function taskBesides(): Besides {
  return Besides.parse(JSON.parse(process.argv[2] ?? '{}'))
}
