/* Answers a collection: filtered through an index or walked in order, as the serving replica sees it, page by page. */
import type { PropertyIndex } from './create-index.ts'
import type { Visibility } from './create-replication.ts'
import { graphErrors } from './graph-errors.ts'
import { assertPlainQuery, type Condition, parseFilter, parsePage } from './odata.ts'
import type { GraphAnswer, OperationContext } from './operation.ts'
import { type Properties, textAt } from './records.ts'

interface Listed {
  readonly id: string
  readonly ordinal: number
  properties: Properties
  visibility: Visibility
}

export interface Collection<T extends Listed> {
  readonly context: OperationContext
  readonly records: ReadonlyMap<string, T>
  readonly index: PropertyIndex<T>
  /** Properties this endpoint filters on (besides id). */
  readonly filterable: readonly string[]
  readonly resource: string
  /** What follows `$metadata#`. */
  readonly contextPath: string
  readonly show: (record: T) => Properties
}

export function answerList<T extends Listed>(collection: Collection<T>): GraphAnswer {
  const { context, records, show, contextPath } = collection
  const { query, headers } = context.request
  assertPlainQuery({ parameters: query, consistencyLevel: headers.consistencylevel })
  const filter = query.get('$filter')
  const candidates = filter === null ? records.values() : matching({ collection, filter })
  const visible = { items: candidates, isVisible: (record: T) => context.replication.isVisible(record.visibility, context.replica) }
  const { page, next } = takePage({ ...visible, query, positionOf: (record) => record.ordinal })
  const total = filter === null ? records.size : page.length
  return pageAnswer({ context, contextPath, value: page.map(show), next, total })
}

/** Answers the far ends of a record's edges. The position of an edge is its place among the visible ones. */
export function answerEdges<T>(edges: {
  context: OperationContext
  items: Iterable<T>
  isVisible: (item: T) => boolean
  contextPath: string
  show: (item: T) => Properties
}): GraphAnswer {
  const { page, next } = takePage({ ...edges, query: edges.context.request.query, positionOf: (_, place) => place })
  return pageAnswer({ context: edges.context, contextPath: edges.contextPath, value: page.map(edges.show), next, total: page.length })
}

function matching<T extends Listed>({ collection, filter }: { collection: Collection<T>; filter: string }): T[] {
  const found = new Set<T>()
  for (const conditions of parseFilter(filter)) {
    const [key, ...rest] = [...conditions].sort(
      (a, b) => Number(isKey({ collection, condition: b })) - Number(isKey({ collection, condition: a })),
    )
    if (key === undefined || !isKey({ collection, condition: key })) {
      throw graphErrors.unsupportedQuery(
        `Unsupported or invalid query filter clause specified for property '${key?.path ?? ''}' of resource '${collection.resource}'.`,
      )
    }
    for (const record of lookUp({ collection, condition: key })) {
      if (rest.every((condition) => holds({ record, condition }))) found.add(record)
    }
  }
  return [...found].sort((a, b) => a.ordinal - b.ordinal)
}

function isKey<T extends Listed>({ collection, condition }: { collection: Collection<T>; condition: Condition }): boolean {
  return condition.path === 'id' || collection.filterable.includes(condition.path)
}

function lookUp<T extends Listed>({ collection, condition }: { collection: Collection<T>; condition: Condition }): T[] {
  return condition.values.flatMap((value) => {
    if (condition.path !== 'id') return collection.index.find({ path: condition.path, value })
    const record = collection.records.get(value)
    return record === undefined ? [] : [record]
  })
}

function holds({ record, condition }: { record: Listed; condition: Condition }): boolean {
  const text = condition.path === 'id' ? record.id : textAt({ properties: record.properties, path: condition.path })
  return text !== undefined && condition.values.some((value) => value.toLowerCase() === text.toLowerCase())
}

function takePage<T>(from: {
  items: Iterable<T>
  isVisible: (item: T) => boolean
  query: URLSearchParams
  positionOf: (item: T, place: number) => number
}): { page: T[]; next: number | undefined } {
  const { top, after } = parsePage(from.query)
  const page: T[] = []
  let place = -1
  let last = after
  for (const item of from.items) {
    if (!from.isVisible(item)) continue
    place += 1
    const position = from.positionOf(item, place)
    if (position <= after) continue
    if (page.length === top) return { page, next: last }
    page.push(item)
    last = position
  }
  return { page, next: undefined }
}

function pageAnswer(list: {
  context: OperationContext
  contextPath: string
  value: Properties[]
  next: number | undefined
  total: number
}): GraphAnswer {
  const { request } = list.context
  const body: Properties = { '@odata.context': `${request.baseUrl}/$metadata#${list.contextPath}` }
  if (request.query.get('$count') === 'true') body['@odata.count'] = list.total
  if (list.next !== undefined) {
    const query = new URLSearchParams(request.query)
    query.set('$skiptoken', String(list.next))
    body['@odata.nextLink'] = `${request.baseUrl}${request.path}?${query.toString()}`
  }
  body.value = list.value
  return { status: 200, body }
}
