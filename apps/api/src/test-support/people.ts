// Invented people.
export const student = {
  personId: '0100231',
  firstName: 'Елица',
  middleName: 'Огнянова',
  lastName: 'Примерова',
  birthDate: '2015-02-28',
  schoolId: '2902418',
  grade: '5',
  classIds: ['771204', '771205'],
} as const

const { grade: _grade, ...person } = student
export const teacher = { ...person, positions: ['Teacher of mathematics'] } as const

/** As many students as asked for, of one school. */
export function students(count: number): (Omit<typeof student, 'personId'> & { personId: string })[] {
  return Array.from({ length: count }, (_, index) => ({ ...student, personId: `S${index}` }))
}
