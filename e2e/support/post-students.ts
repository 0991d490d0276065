import type { ApiCaller } from './call-api.ts'
import type { StudentBody } from './people.ts'

const PER_POST = 250

/** POSTs students as arrays and answers the uuids of the runs. @throws Error if one of them is not accepted */
export async function postStudents(upstream: ApiCaller, bodies: readonly StudentBody[]): Promise<string[]> {
  const uuids: string[] = []
  for (let at = 0; at < bodies.length; at += PER_POST) {
    const { status, body } = await upstream.post('/student-create', bodies.slice(at, at + PER_POST))
    const results = body.results as readonly { uuid?: string; status: number }[]
    const refused = results?.filter((result) => result.uuid === undefined)
    if (status >= 300 || refused.length > 0) throw new Error(`${status}: ${JSON.stringify(refused ?? body).slice(0, 500)}`)
    uuids.push(...results.flatMap(({ uuid }) => (uuid === undefined ? [] : [uuid])))
  }
  return uuids
}
