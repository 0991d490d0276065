import { z } from 'zod'
import { RETENTION } from './retention-table.ts'

/** A hundred years: as good as for ever. */
const MOST_DAYS = 36_500

function daysSetting({ days, description }: { readonly days: number; readonly description: string }) {
  return z.coerce.number().int().min(0).max(MOST_DAYS).default(days).describe(description)
}

const { alerts, archive, audit, closures, cohorts, credentials, imports, runs } = RETENTION

/** The retention that an operator may change: worker-sync acts by it, and the API says so to those who ask what is kept of them. */
export const retentionEnv = {
  RUNS_KEPT_DAYS: daysSetting({
    days: runs.days,
    description: 'For how many days an ended run stays in the ledger before it is archived.',
  }),
  ARCHIVE_KEPT_DAYS: daysSetting({ days: archive.days, description: 'For how many days an archived run is kept before it is deleted.' }),
  CREDENTIAL_KEPT_DAYS: z.coerce
    .number()
    .int()
    .min(1)
    .max(365)
    .default(credentials.days)
    .describe('After how many days an initial password is erased that nobody has collected.'),
  IMPORTS_KEPT_DAYS: daysSetting({
    days: imports.days,
    description: 'For how many days the cells of an uploaded file are kept after its last run has ended.',
  }),
  COHORTS_KEPT_DAYS: daysSetting({ days: cohorts.days, description: 'For how many days it is kept what a replay of many runs did.' }),
  CLOSURES_KEPT_DAYS: daysSetting({ days: closures.days, description: 'For how many days a closure is kept that was lifted.' }),
  ALERTS_KEPT_DAYS: daysSetting({ days: alerts.days, description: 'For how many days an alert is kept that is over.' }),
  AUDIT_KEPT_DAYS: daysSetting({ days: audit.days, description: 'For how many days an entry of the audit log is kept.' }),
}

export type RetentionEnv = z.output<z.ZodObject<typeof retentionEnv>>
