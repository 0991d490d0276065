import type { Pupil } from './pupils.ts'
import type { BenchFleet } from './start-bench-fleet.ts'

const PER_POST = 250

/** Asks for many pupils' accounts in arrays. Answers the runs' uuids. @throws Error if one of them is not accepted */
export async function postPupils({ fleet, key }: BenchFleet, pupils: readonly Pupil[]): Promise<string[]> {
  const uuids: string[] = []
  for (let at = 0; at < pupils.length; at += PER_POST) {
    const answer = await fetch(new URL('/student-create', fleet.apiUrl), {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify(pupils.slice(at, at + PER_POST)),
    })
    const body = (await answer.json()) as { results?: readonly { uuid?: string }[] }
    const accepted = (body.results ?? []).flatMap(({ uuid }) => (uuid === undefined ? [] : [uuid]))
    if (answer.status >= 300 || accepted.length !== Math.min(PER_POST, pupils.length - at)) {
      throw new Error(`${answer.status} ${JSON.stringify(body).slice(0, 500)}`)
    }
    uuids.push(...accepted)
  }
  return uuids
}
