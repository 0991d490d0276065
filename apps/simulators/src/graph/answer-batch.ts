/*
 * $batch: up to 20 requests in one, each charged, faulted and answered alone.
 * Independent items run side by side and come back in any order; an item whose dependsOn failed is answered 424. A batch may fail as a whole:
 * then every item is answered 424, too, and none is carried out.
 */
import { z } from 'zod'
import type { Outcome, Pipeline } from './create-pipeline.ts'
import type { GraphError } from './graph-error.ts'
import { graphErrors } from './graph-errors.ts'
import type { GraphAnswer, GraphRequest } from './operation.ts'
import type { Properties } from './records.ts'

const MAX_REQUESTS = 20

const Item = z.object({
  id: z.string().min(1),
  method: z.string(),
  url: z.string().min(1),
  headers: z.record(z.string(), z.string()).optional(),
  body: z.unknown().optional(),
  dependsOn: z.array(z.string()).optional(),
})
const Batch = z.object({ requests: z.array(Item).min(1) })
type Item = z.output<typeof Item>

export async function answerBatch(batch: {
  pipeline: Pipeline
  request: GraphRequest
  clientId: string
  random: () => number
  /** What each item is answered instead of being carried out. */
  failure?: GraphError | undefined
}): Promise<Outcome> {
  const { pipeline, request, clientId, failure } = batch
  const items = readItems(request.body)
  const outcomes = new Map<string, Promise<Outcome>>()
  for (const item of items) outcomes.set(key(item.id), answerItem({ item, outcomes, pipeline, request, clientId, failure }))
  const settled = await Promise.all(items.map(async (item) => ({ item, outcome: await outcomes.get(key(item.id)) })))
  const responses: Properties[] = []
  for (const { item, outcome } of settled) {
    if (outcome === undefined || outcome.kind === 'reset') return { kind: 'reset' }
    if (outcome.kind === 'omitted') continue
    responses.push(showItem({ id: item.id, answer: outcome.answer }))
  }
  return {
    kind: 'answer',
    answer: {
      status: 200,
      headers: { 'Content-Type': 'application/json' },
      body: { responses: shuffle({ items: responses, random: batch.random }) },
    },
  }
}

async function answerItem(work: {
  item: Item
  outcomes: ReadonlyMap<string, Promise<Outcome>>
  pipeline: Pipeline
  request: GraphRequest
  clientId: string
  failure: GraphError | undefined
}): Promise<Outcome> {
  const { item, outcomes, pipeline, request, clientId, failure } = work
  const own = requestOf({ item, request })
  if (failure !== undefined) return pipeline.refuse({ error: failure, request: own })
  for (const id of item.dependsOn ?? []) {
    const before = await outcomes.get(key(id))
    if (before?.kind !== 'answer' || before.answer.status >= 400) {
      return pipeline.refuse({ error: graphErrors.failedDependency(), request: own })
    }
  }
  return pipeline.answer({ request: own, clientId })
}

function readItems(body: unknown): readonly Item[] {
  const parsed = Batch.safeParse(body)
  if (!parsed.success) throw graphErrors.invalidBatch('Invalid batch payload format.')
  const { requests } = parsed.data
  if (requests.length > MAX_REQUESTS)
    throw graphErrors.invalidBatch(`Number of batch request steps exceeds the maximum value of ${MAX_REQUESTS}.`)
  const seen = new Set<string>()
  for (const item of requests) {
    if (seen.has(key(item.id))) throw graphErrors.invalidBatch('Request Id has to be unique in a batch.')
    for (const id of item.dependsOn ?? []) {
      // Only earlier requests can be depended upon, which also rules cycles out.
      if (!seen.has(key(id))) throw graphErrors.invalidBatch(`Request Id ${id} listed in dependsOn does not exist.`)
    }
    if (item.body !== undefined && headersOf(item)['content-type'] === undefined) {
      throw graphErrors.invalidBatch(`Write request id : ${item.id} does not contain Content-Type header or body.`)
    }
    seen.add(key(item.id))
  }
  return requests
}

function requestOf({ item, request }: { item: Item; request: GraphRequest }): GraphRequest {
  const url = item.url.startsWith('/') ? item.url : `/${item.url}`
  const [path = '', query = ''] = url.split(/\?(.*)/s)
  return {
    method: item.method.toUpperCase(),
    path,
    query: new URLSearchParams(query),
    headers: { 'client-request-id': request.headers['client-request-id'], ...headersOf(item) },
    body: item.body,
    baseUrl: request.baseUrl,
  }
}

function headersOf(item: Item): Record<string, string> {
  return Object.fromEntries(Object.entries(item.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]))
}

function showItem({ id, answer }: { id: string; answer: GraphAnswer }): Properties {
  return { id, status: answer.status, headers: answer.headers ?? {}, ...(answer.body === undefined ? {} : { body: answer.body }) }
}

function shuffle<T>({ items, random }: { items: readonly T[]; random: () => number }): T[] {
  return items
    .map((item) => ({ item, place: random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item)
}

/** Ids are compared ignoring case. */
function key(id: string): string {
  return id.toLowerCase()
}
