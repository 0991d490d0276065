// What starts an account: the two bodies that callers send, and the one input that is stored with the run.
import type { Clock } from '@rollcall/engine'
import { z } from 'zod'
import { ACCOUNT_KINDS } from '../account-kind.ts'
import { birthDate, birthDateUntilToday, line, personName, registerId, uniqueIds } from '../rules/person-input.ts'

const MOST_CLASSES = 50
const MOST_POSITIONS = 20

const person = {
  personId: registerId,
  firstName: personName,
  middleName: personName.optional(),
  lastName: personName,
  birthDate,
  schoolId: registerId.meta({ description: "The register's number of the school.", examples: ['2902418'] }),
}
const grade = line({ max: 20 }).meta({ minLength: 1, maxLength: 20, description: "The student's grade.", examples: ['5'] })
const classIds = uniqueIds({ max: MOST_CLASSES }).meta({
  description: 'The classes to join; an empty list for none.',
  examples: [['771204', '771205']],
})
const positions = z
  .array(line({ max: 100 }))
  .max(MOST_POSITIONS, `must hold at most ${MOST_POSITIONS} items`)
  .meta({ maxItems: MOST_POSITIONS, description: "The teacher's positions.", examples: [['Teacher of mathematics']] })

/** Body of `POST /student-create`: one student. */
export const StudentCreateBody = z.strictObject({ ...person, grade, classIds }).meta({ id: 'StudentCreate' })
export type StudentCreateBody = z.infer<typeof StudentCreateBody>

/** Body of `POST /teacher-create`: one teacher. */
export const TeacherCreateBody = z.strictObject({ ...person, classIds, positions: positions.optional() }).meta({ id: 'TeacherCreate' })
export type TeacherCreateBody = z.infer<typeof TeacherCreateBody>

/** The bodies as they are judged on arrival: a birth date after today (UTC) is refused, too. */
export function accountCreateBodies(clock: Clock) {
  const bornAlready = { birthDate: birthDateUntilToday(clock) }
  return { student: StudentCreateBody.extend(bornAlready), teacher: TeacherCreateBody.extend(bornAlready) } as const
}

/** Input of the process `account-create`, as it is stored. */
export const AccountCreateInput = z
  .strictObject({
    kind: z.enum(ACCOUNT_KINDS),
    ...person,
    grade: grade.optional(),
    classIds,
    positions: positions.optional(),
  })
  .refine(({ kind, grade: given }) => (kind === 'student') === (given !== undefined), {
    error: 'a student has a grade, a teacher has none',
    path: ['grade'],
  })
  .refine(({ kind, positions: given }) => kind === 'teacher' || given === undefined, {
    error: 'only a teacher has positions',
    path: ['positions'],
  })
export type AccountCreateInput = z.infer<typeof AccountCreateInput>
