import { defineProcess, retryPolicies } from '@rollcall/engine'
import { z } from 'zod'

/** How far it has come: `settledTo`, the last row of which it is certain who does its work; `startedTo`, the last one that was looked at. */
export const ImportCursor = z.object({ startedTo: z.int(), settledTo: z.int() })
export type ImportCursor = z.infer<typeof ImportCursor>

/** Begins the accounts that an uploaded file asks for, some hundred rows at a time. */
export const accountImport = defineProcess({
  name: 'account-import',
  input: z.object({ importId: z.string() }),
  about: ({ importId }) => ({ type: 'IMPORT_ACCOUNTS', subjectId: importId, subjectName: null, scopeId: null }),
  start: 'START_ACCOUNTS',
  states: {
    START_ACCOUNTS: {
      worker: 'persist',
      operation: 'STARTED_ACCOUNTS_OF_IMPORT',
      retry: retryPolicies.database,
      received: ImportCursor,
      next: { more: 'START_ACCOUNTS', begun: 'COMPLETED' },
      replayable: true,
    },
  },
})

export type AccountImport = typeof accountImport
