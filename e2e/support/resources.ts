import { expect } from 'vitest'
import type { TestFleet } from './start-test-fleet.ts'

/** A resource as operators see it. */
export async function resourceOf(fleet: TestFleet, name: string): Promise<Readonly<Record<string, unknown>>> {
  const { body } = await fleet.reader.get('/resources')
  const found = (body.resources as { name: string }[]).find((one) => one.name === name)
  if (!found) throw new Error(`GET /resources does not list ${name}.`)
  return found
}

export async function reopenResource(fleet: TestFleet, name: string): Promise<void> {
  const { status, body } = await fleet.operator.post(`/resources/${name}/reopen`, { reason: 'It is mended.' })
  expect([status, body]).toMatchObject([200, { closed: false }])
}
