import type { z } from 'zod'
import { directoryError, unreadableAnswer } from './directory-error.ts'
import type { GraphAnswer } from './graph-answer.ts'

/**
 * Reads the body of a read's answer.
 * @returns null where Graph knows no such object
 * @throws the engine's word for every other refusal, a lost answer, or a body of another shape
 */
export function readBody<Schema extends z.ZodType>(answer: GraphAnswer, schema: Schema): z.output<Schema> | null {
  if (answer.kind === 'refused' && answer.meaning === 'missing') return null
  return readFound(answer, schema)
}

/** The same of something that must be there. */
export function readFound<Schema extends z.ZodType>(answer: GraphAnswer, schema: Schema): z.output<Schema> {
  if (answer.kind !== 'success') throw directoryError(answer)
  const parsed = schema.safeParse(answer.body)
  if (!parsed.success) throw unreadableAnswer(answer)
  return parsed.data
}
