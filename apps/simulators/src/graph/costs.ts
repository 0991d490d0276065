/*
 * What each call costs, in resource units and in writes.
 * Source: Microsoft's identity-and-access throttling table; the price of a many-member PATCH is Canvas LMS's
 * measurement (20 binds: 1 unit, 7 writes, about one write per three members).
 */
export interface Cost {
  readonly resourceUnits: number
  readonly writes: number
}

const READ_COSTS: Readonly<Record<string, number>> = {
  'GET /users': 2,
  'GET /users/{id}/memberOf': 2,
  'GET /users/{id}/licenseDetails': 2,
  'GET /groups/{id}/members': 3,
  'GET /subscribedSkus': 3,
}
const DEFAULT_READ = 1
const MEMBERS_PER_WRITE = 3
const SMALL_PAGE = 20

export function costOf({ route, method, query, body }: { route: string; method: string; query: URLSearchParams; body: unknown }): Cost {
  if (method !== 'GET') return { resourceUnits: 1, writes: writesOf(body) }
  let units = READ_COSTS[route] ?? DEFAULT_READ
  if (query.has('$select')) units -= 1
  if (query.has('$expand')) units += 1
  const top = query.get('$top')
  if (top !== null && Number(top) < SMALL_PAGE) units -= 1
  return { resourceUnits: Math.max(1, units), writes: 0 }
}

function writesOf(body: unknown): number {
  if (typeof body !== 'object' || body === null || !('members@odata.bind' in body)) return 1
  const binds = body['members@odata.bind']
  return Array.isArray(binds) ? Math.max(1, Math.ceil(binds.length / MEMBERS_PER_WRITE)) : 1
}
