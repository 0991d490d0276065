import type { Meaning } from './classification.ts'

/** Graph did it. */
interface Success {
  readonly kind: 'success'
  readonly status: number
  /** Parsed JSON; undefined where there is none. Its shape is not checked yet. */
  readonly body: unknown
  readonly where: string
}

/** Graph answered that it did not (or, for a 5xx, that it does not know). The message stays behind: it may name people. */
export interface Refusal {
  readonly kind: 'refused'
  readonly meaning: Meaning
  readonly status: number
  readonly code: string
  /** Null where Graph named no time. */
  readonly retryAfterMs: number | null
  /** For errors and operators: method, route with its parameters unfilled, request id. */
  readonly where: string
}

/** No answer. */
export interface Loss {
  readonly kind: 'lost'
  /** False where it is certain that Graph never saw the request. */
  readonly mayHaveArrived: boolean
  readonly reason: string
  readonly where: string
}

export type GraphAnswer = Success | Refusal | Loss
