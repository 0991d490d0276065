import type { ErasureResult } from '@rollcall/database'
import type { EpochMs } from '@rollcall/engine'
import { z } from 'zod'
import { isoOf } from '../runs/run-view.ts'

const count = z.int()

export const PersonErased = z
  .object({
    personId: z.string(),
    erasedAt: z.iso.datetime().meta({ description: 'Of the first time, where it was asked for before.' }),
    accounts: z
      .array(z.object({ sysUserId: z.string(), username: z.string(), azureId: z.string().nullable(), live: z.boolean() }))
      .meta({ description: 'Those that stood. Their counterparts in the directory are not ours to remove: see that they are gone.' }),
    erased: z
      .object({
        person: count,
        users: count,
        roles: count,
        credentials: count,
        runs: count,
        archivedRuns: count,
        history: count,
        importRows: count,
        auditDetails: count,
      })
      .meta({ description: 'How many rows were deleted or emptied.' }),
    kept: z.array(z.object({ what: z.string(), count, why: z.string() })),
  })
  .meta({ id: 'PersonErased' })

type Erased = Extract<ErasureResult, { kind: 'erased' | 'erasedBefore' }>

const NOTHING = {
  ...{ person: 0, users: 0, roles: 0, credentials: 0, runs: 0, archivedRuns: 0, history: 0, importRows: 0, auditDetails: 0 },
} as const

const REMAINS = {
  what: 'remains',
  count: 1,
  why: 'Copies in unused parts of the database file, until it is rewritten in the next night.',
} as const

export function viewOfErasure({
  personId,
  result,
  at,
}: {
  readonly personId: string
  readonly result: Erased
  readonly at: EpochMs
}): z.infer<typeof PersonErased> {
  const log = { what: 'auditRows', count: result.auditRows, why: 'To account for what operators did and read, under the id alone.' }
  const remains = result.remainsLeft ? [REMAINS] : []
  if (result.kind === 'erasedBefore')
    return { personId, erasedAt: isoOf(result.at), accounts: [], erased: NOTHING, kept: [log, ...remains] }
  const { usernames, ...erased } = result.counts
  return {
    personId,
    erasedAt: isoOf(at),
    accounts: [...result.accounts],
    erased,
    kept: [
      { what: 'usernames', count: usernames, why: 'So that they are never given to anybody else; whose they were is no longer said.' },
      {
        what: 'runs',
        count: erased.runs + erased.archivedRuns,
        why: 'States, times, school and error codes under a pseudonym, to tell what the system did.',
      },
      log,
      ...remains,
    ],
  }
}
