/* The part of OData's query language that directory look-ups use: $select, $top, $skiptoken and `eq` / `in` filters. */
import { graphErrors } from './graph-errors.ts'

/** Alternatives of conditions: any one alternative whose conditions all hold lets a record through. */
export type Filter = readonly (readonly Condition[])[]
export interface Condition {
  readonly path: string
  /** The record's text equals one of these, ignoring case. */
  readonly values: readonly string[]
}

const TEXT = /^'((?:[^']|'')*)'$/
const EQUALS = /^([A-Za-z][\w/]*)\s+eq\s+(.+)$/i
const IN = /^([A-Za-z][\w/]*)\s+in\s+\((.+)\)$/i
const ADVANCED = /^(not\b|endswith\s*\(|[\w/]+\s+ne\s|[\w/]+\s+(ge|le|gt|lt)\s)/i
const MAX_TOP = 999
const DEFAULT_PAGE = 100

export function parseFilter(text: string): Filter {
  return splitOutsideQuotes({ text, separator: 'or' }).map((alternative) =>
    splitOutsideQuotes({ text: alternative, separator: 'and' }).map(parseCondition),
  )
}

function parseCondition(raw: string): Condition {
  const text = stripParentheses(raw.trim())
  if (ADVANCED.test(text)) throw graphErrors.unsupportedQuery("Unsupported property filter clause operator 'NotEqualsMatch'.")
  const within = IN.exec(text)
  if (within !== null) {
    const [, path = '', list = ''] = within
    return { path, values: splitOutsideQuotes({ text: list, separator: ',' }).map(parseText) }
  }
  const equals = EQUALS.exec(text)
  if (equals === null) throw graphErrors.invalidFilter()
  const [, path = '', literal = ''] = equals
  return { path, values: [parseText(literal)] }
}

function parseText(literal: string): string {
  const match = TEXT.exec(literal.trim())
  if (match === null) throw graphErrors.invalidFilter()
  return (match[1] ?? '').replaceAll("''", "'")
}

function stripParentheses(text: string): string {
  return text.startsWith('(') && text.endsWith(')') ? stripParentheses(text.slice(1, -1).trim()) : text
}

function splitOutsideQuotes({ text, separator }: { text: string; separator: 'or' | 'and' | ',' }): string[] {
  const pattern =
    separator === ',' ? /'(?:[^']|'')*'|(,)/g : separator === 'or' ? /'(?:[^']|'')*'|(\s+or\s+)/gi : /'(?:[^']|'')*'|(\s+and\s+)/gi
  const parts: string[] = []
  let start = 0
  for (const match of text.matchAll(pattern)) {
    if (match[1] === undefined) continue
    parts.push(text.slice(start, match.index))
    start = match.index + match[1].length
  }
  parts.push(text.slice(start))
  return parts
}

/** The asked properties, or undefined where the default is wanted. */
export function parseSelect(query: {
  parameters: URLSearchParams
  known: (property: string) => boolean
  type: string
}): readonly string[] | undefined {
  const text = query.parameters.get('$select')
  if (text === null || text.trim() === '') return undefined
  const properties = text.split(',').map((property) => property.trim())
  for (const property of properties) if (!query.known(property)) throw graphErrors.unknownProperty({ property, type: query.type })
  return properties
}

export interface Page {
  readonly top: number
  /** Where the page before ended: ordinals above this one follow. */
  readonly after: number
}

export function parsePage(query: URLSearchParams): Page {
  const asked = query.get('$top')
  const top = asked === null ? DEFAULT_PAGE : Number(asked)
  if (!Number.isInteger(top) || top < 1 || top > MAX_TOP) throw graphErrors.invalidTop()
  const token = query.get('$skiptoken')
  const after = token === null ? -1 : Number(token)
  if (!Number.isInteger(after)) throw graphErrors.invalidFilter()
  return { top, after }
}

/** Refuses what only the eventually consistent index could answer. */
export function assertPlainQuery(query: { parameters: URLSearchParams; consistencyLevel: string | undefined }): void {
  if (query.parameters.has('$search') && query.consistencyLevel !== 'eventual') {
    throw graphErrors.unsupportedQuery(
      "Request with $search query parameter only works through MSGraph with a special request header: 'ConsistencyLevel: eventual'",
    )
  }
}
