/* Finds the operation for a method and path by walking a tree of segments, so the cost is the path's length. */
import { graphErrors } from './graph-errors.ts'
import type { Operation } from './operation.ts'

export interface RouteMatch {
  /** The table's key: `POST /education/users`. */
  readonly route: string
  readonly operation: Operation
  readonly parameters: readonly string[]
}

interface Node {
  readonly children: Map<string, Node>
  readonly methods: Map<string, { route: string; operation: Operation }>
}

const WILDCARD = '{id}'

export function createRouter(routes: Readonly<Record<string, Operation>>) {
  const root = createNode()
  for (const [route, operation] of Object.entries(routes)) {
    const [method = '', path = ''] = route.split(' ')
    let node = root
    for (const segment of segmentsOf(path)) {
      const child = node.children.get(segment) ?? createNode()
      node.children.set(segment, child)
      node = child
    }
    node.methods.set(method, { route, operation })
  }

  /** Throws Graph's refusal for a path it does not know or a method it does not offer there. */
  return ({ method, path }: { method: string; path: string }): RouteMatch => {
    let node = root
    const parameters: string[] = []
    for (const raw of segmentsOf(path)) {
      const segment = decode(raw)
      const named = node.children.get(segment)
      if (named === undefined) parameters.push(segment)
      const next = named ?? node.children.get(WILDCARD)
      if (next === undefined) throw graphErrors.unknownSegment(segment)
      node = next
    }
    const found = node.methods.get(method)
    if (found !== undefined) return { ...found, parameters }
    throw node.methods.size === 0 ? graphErrors.unknownSegment(segmentsOf(path).at(-1) ?? '') : graphErrors.methodNotAllowed()
  }
}

export function segmentsOf(path: string): string[] {
  return path.split('/').filter((segment) => segment !== '')
}

function createNode(): Node {
  return { children: new Map(), methods: new Map() }
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    throw graphErrors.unknownSegment(segment)
  }
}
