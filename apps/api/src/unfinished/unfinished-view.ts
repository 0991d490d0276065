import { RUN_STATUSES } from '@rollcall/engine'
import { ACCOUNT_KINDS, type UnfinishedAccount } from '@rollcall/provisioning'
import { z } from 'zod'
import { isoOf } from '../runs/run-view.ts'

const time = z.iso.datetime().meta({ examples: ['2026-09-01T07:30:00.000Z'] })

export const UnfinishedView = z
  .object({
    personId: z.string(),
    kind: z.enum(ACCOUNT_KINDS),
    username: z.string().meta({ description: 'The reserved local part. An account may stand under it in the directory.' }),
    reservedAt: time,
    lastRun: z
      .object({
        uuid: z.string(),
        status: z.enum(RUN_STATUSES),
        state: z.string(),
        errorCode: z.string().nullable(),
        updatedAt: time,
      })
      .nullable()
      .meta({ description: 'The newest run of account-create for this person and kind; null once it is archived.' }),
    releaseUuid: z.string().nullable().meta({ description: 'The run that is giving the name up.' }),
  })
  .meta({ id: 'UnfinishedAccount' })
export type UnfinishedView = z.infer<typeof UnfinishedView>

export function unfinishedViewOf({ reservedAt, lastRun, ...account }: UnfinishedAccount): UnfinishedView {
  return { ...account, reservedAt: isoOf(reservedAt), lastRun: lastRun && { ...lastRun, updatedAt: isoOf(lastRun.updatedAt) } }
}
