import type { Pupil } from './pupils.ts'
import type { BenchFleet } from './start-bench-fleet.ts'

/** Asks for one pupil's account. Answers the run's uuid. @throws Error if it is not accepted */
export async function postPupil({ fleet, key }: BenchFleet, pupil: Pupil): Promise<string> {
  const answer = await fetch(new URL('/student-create', fleet.apiUrl), {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(pupil),
  })
  const body = (await answer.json()) as { uuid?: string }
  if (answer.status !== 202 || body.uuid === undefined) throw new Error(`${answer.status} ${JSON.stringify(body)}`)
  return body.uuid
}
