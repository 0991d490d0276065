// What a school reads of its rows: one word, and a sentence where something is not as it asked for.
import { engineErrors } from '@rollcall/engine'
import { provisioningErrors } from '../errors.ts'
import type { ImportedRow, RowCount } from '../ports/import-store.ts'
import { importErrors } from './errors.ts'

export const ROW_RESULTS = ['waiting', 'running', 'imported', 'partial', 'failed', 'cancelled', 'refused', 'invalid', 'unknown'] as const
export type RowResult = (typeof ROW_RESULTS)[number]

const SENTENCES: ReadonlyMap<string, string> = new Map(
  [engineErrors, provisioningErrors, importErrors]
    .flatMap((registry) => Object.values(registry))
    .map(({ code, sentence }) => [code, sentence]),
)

export function resultOf({ outcome, status, completion }: Pick<RowCount, 'outcome' | 'status' | 'completion'>): RowResult {
  if (outcome === 'invalid' || outcome === 'refused') return outcome
  if (outcome === 'pending') return 'waiting'
  if (status === null) return 'unknown'
  if (status === 'completed') return completion === 'partial' ? 'partial' : 'imported'
  return status === 'failed' || status === 'cancelled' ? status : 'running'
}

export function resultOfRow({ outcome, run }: Pick<ImportedRow, 'outcome' | 'run'>): RowResult {
  return resultOf({ outcome, status: run?.status ?? null, completion: run?.completion ?? null })
}

/** Why the row has come to nothing, or not to all that it asked for. */
export function messageOf({ errorCode, outcome, run }: Pick<ImportedRow, 'errorCode' | 'outcome' | 'run'>): string | null {
  if (errorCode !== null) return SENTENCES.get(errorCode) ?? errorCode
  if (run?.errorMessage && (run.status === 'failed' || run.completion === 'partial')) return run.errorMessage
  return outcome === 'joined' ? 'Another request had begun the account of this person already.' : null
}

/** All that is wrong with the row, for whoever corrects it. */
export function sentencesOf(row: Pick<ImportedRow, 'errorCode' | 'errors' | 'outcome' | 'run'>): string {
  const message = messageOf(row)
  // The cells say more than the code that sums them up.
  if (row.errors.length > 0) return row.errors.map(({ path, reason }) => `${path} ${reason}.`).join(' ')
  return message ?? ''
}
