// Reads JSON strictly: UTF-8 only, every fault with its place, no name twice in one object, nothing nested beyond reason. What passes is
// what every other reader of the same text would see.
import type { FastifyInstance, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { createScanner, visit } from 'jsonc-parser'
import { httpErrors } from './http-errors.ts'
import { type ProblemError, refusal } from './problem.ts'

/** The scanner's tokens; its own names for them are no values at run time. */
const TOKEN = { openBrace: 1, closeBrace: 2, openBracket: 3, closeBracket: 4, comma: 5, string: 10, end: 17 } as const
const DEEPEST = 20
/** Names with which objects are built; JSON.parse makes ordinary properties of them, merging code may not. */
const POISONOUS = new Set(['__proto__', 'constructor', 'prototype'])

export const jsonBody = fp(
  async (app: FastifyInstance) => {
    app.removeAllContentTypeParsers()
    app.addContentTypeParser('application/json', { parseAs: 'buffer' }, async (request: FastifyRequest, body: Buffer) => {
      assertPlainUtf8(request)
      return parseJson(decode(body))
    })
  },
  { name: 'json-body' },
)

function assertPlainUtf8({ headers }: FastifyRequest): void {
  const charset = /;\s*charset\s*=\s*"?([^";\s]+)/i.exec(headers['content-type'] ?? '')?.[1]
  if (charset && !/^utf-?8$/i.test(charset)) throw refusal(httpErrors.UNSUPPORTED_MEDIA_TYPE, { detail: 'Send the body in UTF-8.' })
  const encoding = headers['content-encoding']
  if (encoding && encoding !== 'identity') {
    throw refusal(httpErrors.UNSUPPORTED_MEDIA_TYPE, { detail: 'Send the body without a Content-Encoding.' })
  }
}

function decode(body: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body)
  } catch {
    throw malformed('The body is not UTF-8.')
  }
}

/** @throws ProblemError MALFORMED_JSON, naming line and column, never the text */
export function parseJson(text: string): unknown {
  if (text.trim() === '') throw malformed('The body is empty.')
  assertShallow(text)
  const value = parse(text)
  assertNamesUnique(text)
  return value
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // V8's own message quotes the text around the fault.
    throw malformed(`The body is not JSON${placeOfFault(text)}.`)
  }
}

function placeOfFault(text: string): string {
  let place = ''
  const note = (line: number, column: number) => {
    if (place === '') place = ` at line ${line + 1}, column ${column + 1}`
  }
  visit(text, { onError: (_error, _offset, _length, line, column) => note(line, column) }, { disallowComments: true })
  return place
}

function assertShallow(text: string): void {
  const scanner = createScanner(text, true)
  let depth = 0
  for (let token = scanner.scan(); token !== TOKEN.end; token = scanner.scan()) {
    if (token === TOKEN.openBrace || token === TOKEN.openBracket) depth += 1
    // Brackets that close nothing must not hide those that open: whoever looks for the fault descends into every one of them.
    if (token === TOKEN.closeBrace || token === TOKEN.closeBracket) depth = Math.max(0, depth - 1)
    if (depth > DEEPEST) throw malformed(`The body is nested deeper than ${DEEPEST} levels${placeOf(scanner)}.`)
  }
}

/** The text is known to be JSON. */
function assertNamesUnique(text: string): void {
  const scanner = createScanner(text, true)
  /** Per open object the names so far, per open array null. */
  const open: (Set<string> | null)[] = []
  let mayBeName = false
  for (let token = scanner.scan(); token !== TOKEN.end; token = scanner.scan()) {
    if (token === TOKEN.openBrace) open.push(new Set())
    else if (token === TOKEN.openBracket) open.push(null)
    else if (token === TOKEN.closeBrace || token === TOKEN.closeBracket) open.pop()
    const names = open.at(-1)
    if (token === TOKEN.string && mayBeName && names) {
      const name = scanner.getTokenValue()
      if (POISONOUS.has(name)) throw malformed(`The body uses a name that is not allowed${placeOf(scanner)}.`)
      if (names.has(name)) throw malformed(`The body has the same name twice in one object${placeOf(scanner)}.`)
      names.add(name)
    }
    mayBeName = token === TOKEN.openBrace || token === TOKEN.comma
  }
}

function placeOf(scanner: ReturnType<typeof createScanner>): string {
  return `, at line ${scanner.getTokenStartLine() + 1}, column ${scanner.getTokenStartCharacter() + 1}`
}

function malformed(detail: string): ProblemError {
  return refusal(httpErrors.MALFORMED_JSON, { detail })
}
