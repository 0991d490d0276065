import { ACCOUNT_STATUSES, ACCOUNT_TYPES, type OrganisationAccount, STATUS_SOURCES } from '@rollcall/status-sync'
import { z } from 'zod'
import { sentenceOf } from '../cron/items-file.ts'
import { isoOf } from '../runs/run-view.ts'

const time = z.iso.datetime()

/** Without the e-mail address and the name: whoever looks after statuses needs neither. */
export const OrganisationAccountView = z
  .object({
    userId: z.string().meta({ examples: ['6512bd43d9caa6e02c990b0a'] }),
    type: z.enum(ACCOUNT_TYPES),
    accountStatus: z.enum(ACCOUNT_STATUSES),
    organizationStatus: z.string().nullable().meta({ description: 'The registration’s status when it was last applied, as it was sent.' }),
    registrationNumber: z.string().nullable(),
    statusSource: z
      .enum(STATUS_SOURCES)
      .meta({ description: 'Who set the status. A suspension by admin, security or billing wins over any registration.' }),
    statusReason: z.string().meta({ description: 'A reason code of the rules, or what a person wrote.' }),
    statusReasonText: z.string().nullable().meta({ description: 'The code’s sentence.' }),
    statusChangedAt: time,
    statusVersion: z.int().meta({ description: 'Also the ETag. Grows with every change.' }),
    registrationId: z.string().nullable(),
    registrationVersion: z.int().nullable(),
    lastSyncAt: time.nullable().meta({ description: 'When it was last compared with its registration, whether they differed or not.' }),
    sessionsValidFrom: time.nullable().meta({ description: 'Sessions begun before are not valid any more.' }),
    createdAt: time,
  })
  .meta({ id: 'OrganisationAccount' })
export type OrganisationAccountView = z.infer<typeof OrganisationAccountView>

export function organisationAccountViewOf({ azureId: _azureId, ...account }: OrganisationAccount): OrganisationAccountView {
  return {
    ...account,
    statusReasonText: sentenceOf(account.statusReason) || null,
    statusChangedAt: isoOf(account.statusChangedAt),
    lastSyncAt: isoOrNull(account.lastSyncAt),
    sessionsValidFrom: isoOrNull(account.sessionsValidFrom),
    createdAt: isoOf(account.createdAt),
  }
}

function isoOrNull(at: number | null): string | null {
  return at === null ? null : isoOf(at)
}

export function etagOfAccount({ statusVersion }: Pick<OrganisationAccount, 'statusVersion'>): string {
  return `"${statusVersion}"`
}
