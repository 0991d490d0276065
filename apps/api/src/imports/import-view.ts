// Imports and their rows as the API shows them.
import { RUN_STATUSES } from '@rollcall/engine'
import {
  type AccountsImport,
  type ImportedRow,
  messageOf,
  ROW_OUTCOMES,
  ROW_RESULTS,
  type RowCount,
  type RowRun,
  resultOf,
  resultOfRow,
} from '@rollcall/provisioning'
import { z } from 'zod'
import { isoOf } from '../runs/run-view.ts'

const uuid = z.string().meta({ examples: ['0199a1f4-5c00-7000-8000-00000000a001'] })
const time = z.iso.datetime().meta({ examples: ['2026-09-01T07:30:00.000Z'] })
const count = z.int().min(0)

export const IMPORT_STATUSES = ['receiving', 'starting', 'running', 'done', 'stopped'] as const
export type ImportStatus = (typeof IMPORT_STATUSES)[number]

const Status = z.enum(IMPORT_STATUSES).meta({
  description: [
    'receiving: the file is not accepted yet.',
    'starting: its rows are being turned into runs.',
    'running: all are begun, and some are under way.',
    'done: nothing is under way.',
    "stopped: the import's own run failed or was cancelled while rows were waiting; an operator replays it.",
  ].join(' '),
})

export const ImportAnswer = z
  .object({ id: uuid, groupUuid: uuid, rows: count, invalid: count, status: Status })
  .meta({ id: 'ImportAnswer', description: 'The file was taken.' })

export const ImportSummary = z
  .object({
    id: uuid,
    groupUuid: uuid.meta({ description: 'The group of its runs: the id.' }),
    requestedBy: z.string(),
    rows: count,
    invalid: count,
    createdAt: time,
    acceptedAt: time.nullable().meta({ description: 'Null while the file is being received.' }),
  })
  .meta({ id: 'ImportSummary' })

export const ImportView = z
  .object({
    ...ImportSummary.shape,
    status: Status,
    columns: z.array(z.string()).meta({ description: 'As they were sent.' }),
    outcomes: z.object(mapWords(ROW_OUTCOMES, () => count)).meta({ description: 'How many rows came to what.' }),
    results: z.object(mapWords(ROW_RESULTS, () => count)).meta({ description: 'How many accounts came to what.' }),
    run: z
      .object({ uuid, state: z.string(), status: z.enum(RUN_STATUSES), errorCode: z.string().nullable() })
      .nullable()
      .meta({ description: "The import's own run." }),
    links: z.object({ rows: z.string(), csv: z.string(), group: z.string(), runs: z.string() }),
  })
  .meta({ id: 'Import' })

const RowErrorView = z.object({
  path: z.string().meta({ examples: ['birthDate'] }),
  reason: z.string().meta({ examples: ['must be a date of the calendar, written YYYY-MM-DD'] }),
  received: z.string().meta({ description: "The value's shape, never the value." }),
})

export const ImportRowView = z
  .object({
    rowNumber: z.int().meta({ description: 'As Excel counts: the header is row 1.' }),
    outcome: z.enum(ROW_OUTCOMES),
    result: z.enum(ROW_RESULTS).meta({ description: 'What has become of the account that it asks for.' }),
    personId: z.string().nullable(),
    schoolId: z.string().nullable(),
    errors: z.array(RowErrorView).meta({ description: 'Every cell that is wrong, up to 20.' }),
    errorCode: z.string().nullable(),
    message: z.string().nullable().meta({ description: 'Why it came to nothing, or not to all that it asked for.' }),
    run: z
      .object({
        uuid,
        state: z.string(),
        status: z.enum(RUN_STATUSES),
        completion: z.enum(['full', 'partial']).nullable(),
        errorCode: z.string().nullable(),
      })
      .nullable()
      .meta({ description: 'The run that does its work, whoever began it.' }),
  })
  .meta({ id: 'ImportRow' })

export function summaryOfImport({ id, requestedBy, rowCount, invalidCount, createdAt, acceptedAt }: AccountsImport) {
  return {
    id,
    groupUuid: id,
    requestedBy,
    rows: rowCount,
    invalid: invalidCount,
    createdAt: isoOf(createdAt),
    acceptedAt: acceptedAt === null ? null : isoOf(acceptedAt),
  }
}

export function viewOfImport({
  found,
  counts,
  run,
}: {
  readonly found: AccountsImport
  readonly counts: readonly RowCount[]
  readonly run: RowRun | null
}): z.infer<typeof ImportView> {
  const { id } = found
  const sum = (belongs: (one: RowCount) => boolean) => counts.filter(belongs).reduce((total, one) => total + one.count, 0)
  const results = mapWords(ROW_RESULTS, (word) => sum((one) => resultOf(one) === word))
  const outcomes = mapWords(ROW_OUTCOMES, (word) => sum((one) => one.outcome === word))
  return {
    ...summaryOfImport(found),
    status: statusOfImport({
      run,
      isAccepted: found.acceptedAt !== null,
      unsure: outcomes.pending + results.unknown,
      running: results.running,
    }),
    columns: [...found.columns.names],
    outcomes,
    results,
    run: run && { uuid: run.uuid, state: run.state, status: run.status, errorCode: run.errorCode },
    links: {
      rows: `/imports/${id}/rows`,
      csv: `/imports/${id}/rows?format=csv`,
      group: `/groups/${id}`,
      runs: `/azure-data-sync?groupUuid=${id}`,
    },
  }
}

export function statusOfImport({
  run,
  isAccepted,
  unsure,
  running,
}: {
  readonly run: Pick<RowRun, 'status'> | null
  readonly isAccepted: boolean
  /** Rows that no run stands for, be it yet or any more. */
  readonly unsure: number
  readonly running: number
}): ImportStatus {
  if (!run) return isAccepted ? 'done' : 'receiving'
  if (run.status === 'failed' || run.status === 'cancelled') return unsure > 0 ? 'stopped' : running > 0 ? 'running' : 'done'
  if (run.status !== 'completed') return 'starting'
  return running > 0 ? 'running' : 'done'
}

export function viewOfRow(row: ImportedRow): z.infer<typeof ImportRowView> {
  const { rowNumber, outcome, personId, schoolId, errors, errorCode, run } = row
  return {
    rowNumber,
    outcome,
    result: resultOfRow(row),
    personId,
    schoolId,
    errors: [...errors],
    errorCode,
    message: messageOf(row),
    run: run && { uuid: run.uuid, state: run.state, status: run.status, completion: run.completion, errorCode: run.errorCode },
  }
}

/** A record with each of the words. */
function mapWords<Word extends string, Value>(words: readonly Word[], value: (word: Word) => Value): Record<Word, Value> {
  return Object.fromEntries(words.map((word) => [word, value(word)])) as Record<Word, Value>
}
