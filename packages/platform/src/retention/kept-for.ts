import type { RetentionEnv } from './retention-env.ts'
import { RETENTION, type RetentionName, type RetentionRow } from './retention-table.ts'

/** For how long something is kept, as a sentence, with the days that are set here. */
export function keptFor(name: RetentionName, env: RetentionEnv): string {
  const { age, days, setting, afterwards }: RetentionRow = RETENTION[name]
  if (age === null || days === null) return sentence(afterwards)
  const set = Object.entries(env).find(([name]) => name === setting)?.[1] ?? days
  return `${set} days, counted from ${age}; then: ${afterwards}.`
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
}
