// What goes into a $batch and what comes out of it. Items are answered in any order, each with a status and headers of its own; an item
// without an answer is lost, and may have been carried out. Nothing here depends on another item, so that Graph runs them side by side.
import { z } from 'zod'
import type { GraphAnswer } from './graph-answer.ts'
import { type GraphRequest, pathOf, whereOf } from './graph-request.ts'
import { readRefusal } from './read-refusal.ts'
import { parseRetryAfter } from './retry-after.ts'

/** Graph's own limit. */
export const MOST_PER_BATCH = 20

/** What Graph answers to an item that it did not try, since another of the same batch failed. */
const FAILED_DEPENDENCY = 424

export interface BatchItem {
  readonly request: GraphRequest
  readonly runUuid: string
}

export function batchBodyOf(items: readonly BatchItem[]): object {
  return { requests: items.map(({ request, runUuid }, index) => ({ id: idOf(index), ...show({ request, runUuid }) })) }
}

function show({ request, runUuid }: BatchItem): object {
  const { method, body } = request
  const correlation = { 'client-request-id': runUuid }
  if (body === undefined) return { method, url: pathOf(request), headers: correlation }
  return { method, url: pathOf(request), headers: { ...correlation, 'Content-Type': 'application/json' }, body }
}

function idOf(index: number): string {
  return String(index + 1)
}

const Batch = z.object({ responses: z.array(z.unknown()) })
const Item = z.object({
  id: z.string(),
  status: z.int().min(100).max(599),
  headers: z.record(z.string(), z.coerce.string()).catch({}),
  body: z.unknown().optional(),
})
type Item = z.output<typeof Item>

interface BatchAnswer {
  readonly items: readonly BatchItem[]
  /** Parsed JSON of any shape. */
  readonly body: unknown
  /** Of the batch itself; an item's own come first. */
  readonly headers: Headers
  readonly now: number
}

/** One answer for each item, in the items' order. */
export function readBatch({ items, body, headers, now }: BatchAnswer): readonly GraphAnswer[] {
  const answered = itemsById(body)
  const answers = items.map(({ request }, index): GraphAnswer => {
    const item = answered.get(idOf(index))
    const requestId = (item && headerOf(item, 'request-id')) ?? headers.get('request-id')
    const where = whereOf({ request, requestId })
    if (!item) return { kind: 'lost', mayHaveArrived: true, reason: 'The answer to a batch left this request out', where }
    if (item.status >= 200 && item.status < 300) return { kind: 'success', status: item.status, body: item.body, where }
    const { status, body: itemBody } = item
    return readRefusal({ purpose: request.purpose, status, retryAfter: headerOf(item, 'retry-after'), body: itemBody, where, now })
  })
  return waitTogether({ answers, batchWaitMs: parseRetryAfter({ header: headers.get('retry-after'), now }) })
}

/** What was not tried is to wait as long as those for whose sake it was not. */
function waitTogether({ answers, batchWaitMs }: { answers: readonly GraphAnswer[]; batchWaitMs: number | null }): readonly GraphAnswer[] {
  const waits = [batchWaitMs, ...answers.map((answer) => (answer.kind === 'refused' ? answer.retryAfterMs : null))]
  const longest = waits.reduce<number | null>((most, wait) => (wait === null ? most : Math.max(most ?? 0, wait)), null)
  return answers.map((answer) =>
    answer.kind === 'refused' && answer.status === FAILED_DEPENDENCY ? { ...answer, retryAfterMs: longest } : answer,
  )
}

function itemsById(body: unknown): ReadonlyMap<string, Item> {
  const batch = Batch.safeParse(body)
  if (!batch.success) return new Map()
  const items = batch.data.responses.flatMap((response) => {
    const item = Item.safeParse(response)
    return item.success ? [item.data] : []
  })
  return new Map(items.map((item) => [item.id, item]))
}

/** Names of headers come in any case. */
function headerOf({ headers }: Item, name: string): string | null {
  return Object.entries(headers).find(([candidate]) => candidate.toLowerCase() === name)?.[1] ?? null
}
