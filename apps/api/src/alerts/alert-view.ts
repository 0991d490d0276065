import { ALERT_SEVERITIES, type Alert, runbookOfRule } from '@rollcall/alerts'
import { z } from 'zod'
import { isoOf } from '../runs/run-view.ts'

const time = z.iso.datetime().meta({ examples: ['2026-09-01T07:30:00.000Z'] })

export const AlertView = z
  .object({
    id: z.string().meta({ examples: ['0199a1f4-5c00-7000-8000-00000000a001'] }),
    rule: z.string().meta({ examples: ['backlog'] }),
    subject: z.string().meta({ description: 'A process, a schedule, a worker or an outside system.', examples: ['account-create'] }),
    severity: z.enum(ALERT_SEVERITIES).meta({ description: 'critical: somebody must look now.' }),
    summary: z.string().meta({ examples: ['1200 runs of account-create wait to be worked.'] }),
    value: z.number().meta({ description: 'As it was seen last.', examples: [1_200] }),
    threshold: z.number().meta({ description: 'The value above which it fires.', examples: [1_000] }),
    startedAt: time.meta({ description: 'Since when the rule is broken.' }),
    firedAt: time.nullable(),
    lastSeenAt: time.meta({ description: 'When the value was last too high to be clear.' }),
    resolvedAt: time.nullable().meta({ description: 'Null while it stands.' }),
    runbook: z.string().meta({ description: 'Where it stands what to do about it.', examples: ['docs/alerts.md#backlog'] }),
  })
  .meta({ id: 'Alert' })
export type AlertView = z.infer<typeof AlertView>

export function alertViewOf({ startedAt, firedAt, lastSeenAt, resolvedAt, ...alert }: Alert): AlertView {
  return {
    ...alert,
    startedAt: isoOf(startedAt),
    firedAt: firedAt === null ? null : isoOf(firedAt),
    lastSeenAt: isoOf(lastSeenAt),
    resolvedAt: resolvedAt === null ? null : isoOf(resolvedAt),
    runbook: runbookOfRule(alert.rule),
  }
}
