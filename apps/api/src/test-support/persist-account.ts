import { randomUUID } from 'node:crypto'
import { student } from './people.ts'
import type { TestApi } from './start-test-api.ts'

/** Gives a person a live student's account, `ep-<the person's id>`, as the last state of its run does. */
export async function persistAccount({ clock, database }: TestApi, personId: string): Promise<void> {
  const { birthDate, firstName, lastName, schoolId } = student
  const account = {
    ...{ sysUserId: randomUUID(), personId, username: `ep-${personId}`.toLowerCase(), azureId: `azure-${personId}` },
    ...{ firstName, middleName: null, lastName, birthDate, schoolId },
    ...({ kind: 'student', enrollmentStatus: 'ENROLLED' } as const),
    ...{ existedBefore: false, runUuid: randomUUID(), at: clock.now() },
  }
  await database.prisma.$transaction((transaction) => database.accounts.persist({ transaction }, account))
}
