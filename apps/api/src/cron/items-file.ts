// The differences that a run found, as a file for people: one row per account, its columns before and after side by side.
import { harmless } from '@rollcall/provisioning/import-file'
import { REASONS } from '@rollcall/status-sync'
import { stringify } from 'csv-stringify/sync'
import { isoOf } from '../runs/run-view.ts'
import type { SeenItem } from './seen-items.ts'

/** Without it Excel takes UTF-8 for the Windows code page. */
const BYTE_ORDER_MARK = '\ufeff'

const COMPARED = ['accountStatus', 'organizationStatus', 'registrationNumber'] as const
const HEADER = [
  ...['userId', 'action', 'outcome', 'reasonCode', 'reason'],
  ...COMPARED.flatMap((name) => [`${name} before`, `${name} after`]),
  ...['registrationId', 'registrationVersion', 'errorCode', 'attempt', 'decidedAt', 'settledAt'],
]

export function itemsHeader(): string {
  return BYTE_ORDER_MARK + linesOf([HEADER])
}

export function itemsLines(items: readonly SeenItem[]): string {
  return linesOf(items.map(rowOf))
}

function rowOf(item: SeenItem): string[] {
  const { userId, action, outcome, reasonCode, before, after, registration, errorCode, attempt, decidedAt, settledAt } = item
  return [
    ...[userId, action, outcome, reasonCode, sentenceOf(reasonCode)],
    ...COMPARED.flatMap((name) => [textOf(before[name]), after === null ? '' : textOf(after[name])]),
    ...[textOf(registration?.registrationId), textOf(registration?.version), errorCode ?? '', String(attempt)],
    ...[isoOf(decidedAt), settledAt === null ? '' : isoOf(settledAt)],
  ]
}

export function sentenceOf(reasonCode: string): string {
  const sentences: Readonly<Record<string, string>> = REASONS
  return sentences[reasonCode] ?? ''
}

function textOf(value: unknown): string {
  return value === null || value === undefined ? '' : String(value)
}

function linesOf(rows: readonly (readonly string[])[]): string {
  return stringify(
    rows.map((row) => row.map(harmless)),
    { record_delimiter: 'windows', quote_record_delimiter: true },
  )
}
