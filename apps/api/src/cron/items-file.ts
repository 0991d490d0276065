// The differences that a run found, as a file for people: one row per account, its columns before and after side by side.
import { BYTE_ORDER_MARK, csvLines } from '@rollcall/provisioning/import-file'
import { REASONS } from '@rollcall/status-sync'
import { isoOf } from '../runs/run-view.ts'
import type { SeenItem } from './seen-items.ts'

const COMPARED = ['accountStatus', 'organizationStatus', 'registrationNumber'] as const
const HEADER = [
  ...['userId', 'action', 'outcome', 'reasonCode', 'reason'],
  ...COMPARED.flatMap((name) => [`${name} before`, `${name} after`]),
  ...['registrationId', 'registrationVersion', 'errorCode', 'attempt', 'decidedAt', 'settledAt'],
]

export function itemsHeader(): string {
  return BYTE_ORDER_MARK + csvLines({ rows: [HEADER] })
}

export function itemsLines(items: readonly SeenItem[]): string {
  return csvLines({ rows: items.map(rowOf) })
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
