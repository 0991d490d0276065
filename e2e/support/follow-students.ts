import { expect } from 'vitest'
import { audit, CLEAN } from './audit.ts'
import { students } from './people.ts'
import { postStudents } from './post-students.ts'
import type { TestFleet } from './start-test-fleet.ts'
import { waitUntil } from './wait-until.ts'

export interface FollowedStudents {
  /** POSTs so many students more, and answers their runs. */
  ask(count: number): Promise<string[]>
  /** All that was ever asked for has come to a good end, and no run has spent a try. */
  expectAllCompleted(): Promise<void>
}

/** Students whose runs are all to be accounted for, whatever happens meanwhile. */
export function followStudents(fleet: TestFleet): FollowedStudents {
  const accepted: string[] = []
  return {
    async ask(count) {
      const uuids = await postStudents(fleet.upstream, students(count, accepted.length))
      accepted.push(...uuids)
      return uuids
    },

    async expectAllCompleted() {
      const { prisma } = fleet.database
      const completed = () => prisma.run.count({ where: { uuid: { in: accepted }, completion: 'full' } })
      await waitUntil(`${accepted.length} runs are completed`, async () => (await completed()) === accepted.length)
      expect(await prisma.runEvent.count({ where: { runUuid: { in: accepted }, attempt: { gt: 0 } } })).toBe(0)
      expect(await audit({ accepted, database: fleet.database, simulator: fleet.simulatorLevers, redis: fleet.redisUrl })).toEqual(CLEAN)
    },
  }
}
