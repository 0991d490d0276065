// Invented people for end-to-end tests, as many as a test asks for. Their ids tell tests apart, not persons.
export const SCHOOL = '2902418'
export const CLASSES = ['771204', '771205'] as const

const FIRST = ['Гергана', 'Крум', 'Неда', 'Явор', 'Калина', 'Огнян', 'Ada', 'José']
const MIDDLE = ['Костова', 'Стоев', undefined, 'Ангелов']
const LAST = ['Примерова', 'Образцов', 'Щерева', 'Пробев', 'Sample']

export interface StudentBody {
  readonly personId: string
  readonly firstName: string
  readonly middleName?: string
  readonly lastName: string
  readonly birthDate: string
  readonly schoolId: string
  readonly grade: string
  readonly classIds: readonly string[]
}

export function student(index: number, changes: Partial<StudentBody> = {}): StudentBody {
  const middleName = MIDDLE[index % MIDDLE.length]
  return {
    personId: `S${String(index).padStart(8, '0')}`,
    firstName: FIRST[index % FIRST.length] ?? 'Неда',
    ...(middleName === undefined ? {} : { middleName }),
    lastName: LAST[index % LAST.length] ?? 'Примерова',
    birthDate: `2014-${String((index % 12) + 1).padStart(2, '0')}-15`,
    schoolId: SCHOOL,
    grade: '5',
    classIds: [...CLASSES],
    ...changes,
  }
}

export function students(count: number, from = 0): StudentBody[] {
  return Array.from({ length: count }, (_, index) => student(from + index))
}
