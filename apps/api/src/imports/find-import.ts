import { type Caller, refusal } from '@rollcall/platform/http'
import { type AccountsImport, type ImportStore, importErrors } from '@rollcall/provisioning'
import { z } from 'zod'
import { maySee } from '../auth/access.ts'

export const ImportParams = z.object({ id: z.uuid().toLowerCase().meta({ description: "The import's id." }) })

/** @throws ProblemError IMPORT_NOT_FOUND, also for one that the caller may not see */
export async function findImport({
  id,
  caller,
  imports,
}: {
  readonly id: string
  readonly caller: Caller
  readonly imports: Pick<ImportStore, 'find'>
}): Promise<AccountsImport> {
  const found = await imports.find(id)
  if (!found || !maySee(caller, found)) throw refusal(importErrors.IMPORT_NOT_FOUND)
  return found
}
