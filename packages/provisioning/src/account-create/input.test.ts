import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AccountCreateInput, accountCreateBodies } from './input.ts'

const NOW = Date.UTC(2026, 8, 1, 12)
const { student, teacher } = accountCreateBodies({ now: () => NOW })

const aStudent = {
  personId: '0100231',
  firstName: 'Елица',
  middleName: 'Огнянова',
  lastName: 'Примерова',
  birthDate: '2015-02-28',
  schoolId: '2902418',
  grade: '5',
  classIds: ['771204', '771205'],
}
const { grade: _none, ...person } = aStudent
const aTeacher = { ...person, positions: ['Teacher of mathematics'] }

/** `field: reason` of each refusal. */
function refusals(body: object, schema: typeof student | typeof teacher | typeof AccountCreateInput = student): string[] {
  const issues = schema.safeParse(body).error?.issues ?? []
  return issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)
}

describe('a student body', () => {
  it('is taken as it is', () => {
    expect(student.parse(aStudent)).toEqual(aStudent)
  })

  it('keeps the ids exactly, leading zeros and case included', () => {
    const ids = { personId: '00aB-9', schoolId: '0007' }
    expect(student.parse({ ...aStudent, ...ids })).toMatchObject(ids)
  })

  it.each([
    ['a number', 100231],
    ['nothing', ''],
    ['a space', '10 0231'],
    ['a line break at the end', '100231\n'],
    ['33 characters', '1'.repeat(33)],
    ['digits of another script', '١٢٣'],
  ])('refuses a personId that is %s', (_what, personId) => {
    expect(refusals({ ...aStudent, personId })).toHaveLength(1)
  })

  it('brings names to the composed form and frees them of white space at their ends', () => {
    expect(student.parse({ ...aStudent, firstName: '  Jose\u0301 ', lastName: '\u00a0O’Neill-Dz\u030c ' })).toMatchObject({
      firstName: 'José',
      lastName: 'O’Neill-Dž',
    })
  })

  it('counts code points: 100 characters outside the basic plane are a name, 101 are not', () => {
    expect(refusals({ ...aStudent, lastName: '𐐀'.repeat(100) })).toEqual([])
    expect(refusals({ ...aStudent, lastName: '𐐀'.repeat(101) })).toEqual(['lastName: must be 1 to 100 characters long'])
  })

  it('measures a name after it was composed and trimmed', () => {
    expect(refusals({ ...aStudent, lastName: ` ${'e\u0301'.repeat(100)} ` })).toEqual([])
  })

  it.each(['李', 'ابن سينا', 'नेहा\u200d', 'Ó', "D'Arcy", 'Anna Maria'])('takes a name in any script: %s', (firstName) => {
    expect(refusals({ ...aStudent, firstName })).toEqual([])
  })

  it.each([
    ['a line break, even at its end', 'Anna\n'],
    ['a null character', 'An\u0000na'],
    ['a lone surrogate', 'Anna\ud800'],
    ['a bidirectional override', 'Anna\u202e'],
    ['a line separator', 'Anna\u2028Maria'],
  ])('refuses a name with %s', (_what, firstName) => {
    expect(refusals({ ...aStudent, firstName })).toEqual([
      'firstName: must not contain control characters or other characters that cannot be printed',
    ])
  })

  it.each(['12', '-', '…'])('refuses a name without a letter: %s', (firstName) => {
    expect(refusals({ ...aStudent, firstName })).toEqual(['firstName: must contain at least one letter'])
  })

  it('refuses an empty name once, for its length', () => {
    expect(refusals({ ...aStudent, middleName: '   ' })).toEqual(['middleName: must be 1 to 100 characters long'])
  })

  it.each(['2015-02-29', '2015-13-01', '2015-00-10', '2015-04-31', '2015-2-8', '28.02.2015', '2015-02-28T00:00:00Z', ' 2015-02-28'])(
    'refuses the birth date %s, which no calendar has',
    (birthDate) => {
      expect(refusals({ ...aStudent, birthDate })).toEqual(['birthDate: must be a date of the calendar, written YYYY-MM-DD'])
    },
  )

  it('takes birth dates from 1900 until today', () => {
    expect(refusals({ ...aStudent, birthDate: '1900-01-01' })).toEqual([])
    expect(refusals({ ...aStudent, birthDate: '2012-02-29' })).toEqual([])
    expect(refusals({ ...aStudent, birthDate: '2026-09-01' })).toEqual([])
    expect(refusals({ ...aStudent, birthDate: '1899-12-31' })).toEqual(['birthDate: must not be before 1900-01-01'])
    expect(refusals({ ...aStudent, birthDate: '2026-09-02' })).toEqual(['birthDate: must not be in the future'])
  })

  it('takes every day of the calendar', () => {
    const days = fc.date({ min: new Date('1900-01-01'), max: new Date(NOW), noInvalidDate: true })
    const isTaken = (day: Date) => refusals({ ...aStudent, birthDate: day.toISOString().slice(0, 10) }).length === 0
    expect(() => fc.assert(fc.property(days, isTaken))).not.toThrow()
  })

  it('refuses a class named twice and more than 50 classes', () => {
    const ids = Array.from({ length: 51 }, (_, index) => `${index}`)
    expect(refusals({ ...aStudent, classIds: ids.slice(1) })).toEqual([])
    expect(refusals({ ...aStudent, classIds: ids })).toEqual(['classIds: must hold at most 50 items'])
    expect(refusals({ ...aStudent, classIds: ['7', '7'] })).toEqual(['classIds: must not name the same id twice'])
  })

  it('names every field that is wrong, unknown ones included', () => {
    const wrong = { ...aStudent, personId: 7, firstName: '', birthDate: '2026-12-01', grade: 'x'.repeat(21), classIds: [1], colour: 'red' }
    expect(refusals(wrong)).toMatchInlineSnapshot(`
      [
        "personId: Invalid input: expected string, received number",
        "firstName: must be 1 to 100 characters long",
        "birthDate: must not be in the future",
        "grade: must be 1 to 20 characters long",
        "classIds.0: Invalid input: expected string, received number",
        ": Unrecognized key: "colour"",
      ]
    `)
  })
})

describe('a teacher body', () => {
  it('has positions instead of a grade', () => {
    expect(teacher.parse(aTeacher)).toEqual(aTeacher)
    expect(teacher.parse(person)).toEqual(person)
    expect(refusals({ ...aTeacher, grade: '5' }, teacher)).toEqual([': Unrecognized key: "grade"'])
  })

  it('has 20 positions at most', () => {
    expect(refusals({ ...aTeacher, positions: Array(21).fill('Teacher') }, teacher)).toEqual(['positions: must hold at most 20 items'])
  })
})

describe('the stored input', () => {
  it('is a body with its kind', () => {
    expect(AccountCreateInput.parse({ kind: 'student', ...aStudent })).toEqual({ kind: 'student', ...aStudent })
    expect(AccountCreateInput.parse({ kind: 'teacher', ...aTeacher })).toEqual({ kind: 'teacher', ...aTeacher })
  })

  it('refuses a student without a grade, a teacher with one and a student with positions', () => {
    const inGrade = ['grade: a student has a grade, a teacher has none']
    expect(refusals({ kind: 'student', ...person }, AccountCreateInput)).toEqual(inGrade)
    expect(refusals({ kind: 'teacher', ...aStudent }, AccountCreateInput)).toEqual(inGrade)
    expect(refusals({ kind: 'student', ...aStudent, positions: ['Teacher'] }, AccountCreateInput)).toEqual([
      'positions: only a teacher has positions',
    ])
  })
})
