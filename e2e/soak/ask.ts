// How a careful upstream system asks: whatever is no answer (no connection, a time-out, 429, a server error), it asks again, until it is told.
import { setTimeout as pause } from 'node:timers/promises'
import type { ApiAnswer } from '../support/call-api.ts'

const PAUSE_MS = 300
const GIVE_UP_AFTER_MS = 300_000

export type Ask = (call: () => Promise<ApiAnswer>) => Promise<ApiAnswer>

export interface Asking {
  readonly ask: Ask
  /** How often it had to ask again, by what came instead of an answer. */
  readonly repeats: ReadonlyMap<string, number>
}

/** @throws Error where nobody answers for minutes */
export function createAsking(): Asking {
  const repeats = new Map<string, number>()
  const count = (what: string) => repeats.set(what, (repeats.get(what) ?? 0) + 1)

  return {
    repeats,
    async ask(call) {
      const until = performance.now() + GIVE_UP_AFTER_MS
      for (;;) {
        const answer = await call().catch((error: unknown) => wordOf(error))
        if (typeof answer !== 'string' && answer.status < 500 && answer.status !== 429) return answer
        const instead = typeof answer === 'string' ? answer : `${answer.status} ${String(answer.body.code ?? '')}`
        count(instead)
        if (performance.now() > until) throw new Error(`Nobody answers: ${instead}`)
        await pause(PAUSE_MS)
      }
    },
  }
}

function wordOf(error: unknown): string {
  if (!(error instanceof Error)) throw error
  const { cause } = error
  return cause instanceof Error && 'code' in cause ? String(cause.code) : error.name
}
