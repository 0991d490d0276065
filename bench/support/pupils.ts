// Invented pupils, each of one school and two of its classes.
export const CLASSES_PER_SCHOOL = 10
const FIRST = ['Гергана', 'Крум', 'Неда', 'Явор', 'Калина', 'Огнян']
const LAST = ['Примерова', 'Образцов', 'Щерева', 'Пробев']

export function schoolOf(school: number): string {
  return String(2_900_000 + school)
}

export function classOf(school: number, index: number): string {
  return String(7_000_000 + school * CLASSES_PER_SCHOOL + index)
}

export interface Pupil {
  readonly personId: string
  readonly firstName: string
  readonly lastName: string
  readonly birthDate: string
  readonly schoolId: string
  readonly grade: string
  readonly classIds: readonly string[]
}

export function pupil({ number, schools }: { readonly number: number; readonly schools: number }): Pupil {
  const school = number % schools
  const first = Math.floor(number / schools) % CLASSES_PER_SCHOOL
  return {
    personId: `B${String(number).padStart(8, '0')}`,
    firstName: FIRST[number % FIRST.length] ?? 'Неда',
    lastName: LAST[number % LAST.length] ?? 'Пробев',
    birthDate: `2014-${String((number % 12) + 1).padStart(2, '0')}-15`,
    schoolId: schoolOf(school),
    grade: '5',
    classIds: [classOf(school, first), classOf(school, (first + 1) % CLASSES_PER_SCHOOL)],
  }
}

export function csvOf(pupils: readonly Pupil[]): string {
  const rows = pupils.map(({ personId, firstName, lastName, birthDate, schoolId, grade, classIds }) =>
    ['student', personId, firstName, lastName, birthDate, schoolId, grade, classIds.join(';')].join(','),
  )
  return ['role,personId,firstName,lastName,birthDate,schoolId,grade,classIds', ...rows].join('\n')
}
