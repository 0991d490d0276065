import type { z } from 'zod'
import type { RetentionEnv } from './retention-env.ts'
import { RETENTION } from './retention-table.ts'

const { days: known } = RETENTION.requests

/** For `check` of a schema with `retentionEnv`: refuses terms of which one takes away what another one promises. */
export function termsAgree({ value, issues }: z.core.ParsePayload<RetentionEnv>): void {
  const { ARCHIVE_KEPT_DAYS: archive, COHORTS_KEPT_DAYS: cohorts, IMPORTS_KEPT_DAYS: imports, RUNS_KEPT_DAYS: runs } = value
  const refuse = (name: keyof RetentionEnv, message: string) => issues.push({ code: 'custom', path: [name], input: value[name], message })
  const toAnswer = `${known} or more, for as long as a request is answered again under its Idempotency-Key`
  if (runs + archive < known) refuse('RUNS_KEPT_DAYS', `must make with ARCHIVE_KEPT_DAYS ${toAnswer}`)
  // What came of an import goes by the later of both.
  if (Math.max(imports, archive) < known) refuse('IMPORTS_KEPT_DAYS', `must be, or else ARCHIVE_KEPT_DAYS, ${toAnswer}`)
  if (cohorts < runs)
    refuse('COHORTS_KEPT_DAYS', 'must be RUNS_KEPT_DAYS or more: until then a replay of many that failed may be let go on')
}
