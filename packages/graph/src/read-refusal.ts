import { z } from 'zod'
import { classify, type Purpose } from './classification.ts'
import type { Refusal } from './graph-answer.ts'
import { parseRetryAfter } from './retry-after.ts'

const ErrorBody = z.object({
  error: z.object({
    code: z.string().catch(''),
    message: z.string().catch(''),
    details: z.array(z.object({ code: z.string().catch('') })).catch([]),
  }),
})

/** Codes are words of a contract; anything else in their place may be somebody's data. */
const CODE = /^[\w.-]{1,60}$/

interface RawRefusal {
  readonly purpose: Purpose
  readonly status: number
  readonly retryAfter: string | null
  /** Parsed JSON of any shape; undefined where it is none. */
  readonly body: unknown
  readonly where: string
  readonly now: number
}

/** Classifies a refusal and leaves its message behind. */
export function readRefusal({ purpose, status, retryAfter, body, where, now }: RawRefusal): Refusal {
  const { code, message, details } = readErrorBody(body)
  return {
    kind: 'refused',
    meaning: classify({ purpose, status, code, message, details }),
    status,
    code,
    retryAfterMs: parseRetryAfter({ header: retryAfter, now }),
    where,
  }
}

function readErrorBody(body: unknown): { code: string; message: string; details: readonly string[] } {
  const parsed = ErrorBody.safeParse(body)
  if (!parsed.success) return { code: 'without an error body', message: '', details: [] }
  const { code, message, details } = parsed.data.error
  return { code: CODE.test(code) ? code : 'with an odd code', message, details: details.map((detail) => detail.code) }
}

/** @returns undefined for text that is no JSON */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
