import { describe, expect, test } from 'vitest'
import { createRowJudge } from './row.ts'

describe('a row', () => {
  const clock = { now: () => Date.UTC(2026, 8, 1) }
  const names = [
    'role',
    'personId',
    'firstName',
    'middleName',
    'lastName',
    'birthDate',
    'schoolId',
    'grade',
    'classIds',
    'positions',
    'note',
  ]
  const judge = createRowJudge({ columns: { names }, clock })
  const pupil = ['student', '0100231', 'Елица', '', 'Примерова', '2015-02-28', '2902418', '5', '771204;771205', '', 'anything']
  const teacher = [
    'teacher',
    'T1',
    'Мария',
    'Петрова',
    'Образцова',
    '1970-01-01',
    '2902418',
    '',
    '',
    'Head, deputy; Teacher of mathematics',
    '',
  ]

  function wrong(cells: readonly string[]): string[] {
    const judged = judge(cells)
    return 'issues' in judged ? judged.issues.map(({ path, message }) => `${path.join('.')} ${message}`) : []
  }

  test('asks for what the same fields in JSON would ask for', () => {
    expect(judge(pupil)).toEqual({
      body: {
        kind: 'student',
        personId: '0100231',
        firstName: 'Елица',
        lastName: 'Примерова',
        birthDate: '2015-02-28',
        schoolId: '2902418',
        grade: '5',
        classIds: ['771204', '771205'],
      },
    })
    expect(judge(teacher)).toMatchObject({ body: { kind: 'teacher', classIds: [], positions: ['Head, deputy', 'Teacher of mathematics'] } })
  })

  test.each(['771204 771205', '771204,771205', ' 771204 | 771205 ', '771204;;771205;', '771204\n771205'])(
    'has its classes in one cell: %j',
    (classes) => {
      expect(judge(pupil.with(8, classes))).toMatchObject({ body: { classIds: ['771204', '771205'] } })
    },
  )

  test('may have white space at the ends of its cells', () => {
    expect(judge(pupil.map((cell) => `\u00a0${cell} `))).toEqual(judge(pupil))
  })

  test('is refused with every cell that is wrong', () => {
    expect(wrong(pupil.with(1, 'x y').with(4, '').with(5, '28.02.2015').with(8, '7;7').with(9, 'Teacher'))).toMatchInlineSnapshot(`
      [
        "personId must be 1 to 32 characters out of A-Z, a-z, 0-9 and the hyphen",
        "lastName Invalid input: expected string, received undefined",
        "birthDate must be a date of the calendar, written YYYY-MM-DD",
        "classIds must not name the same id twice",
        "positions must be empty for a student",
      ]
    `)
    expect(wrong(teacher.with(7, '5'))).toEqual(['grade must be empty for a teacher'])
    expect(wrong(pupil.with(0, 'pupil').with(5, ''))).toMatchInlineSnapshot(`
      [
        "role must be one of student, teacher",
        "birthDate Invalid input: expected string, received undefined",
      ]
    `)
  })

  test('with a cell that is far too long is told of that and of none of the faults in it', () => {
    expect(wrong(pupil.with(10, 'x'.repeat(4_001)))).toEqual(['note must be at most 4,000 characters long'])
    expect(wrong(pupil.with(8, '* '.repeat(40_000)))).toEqual(['classIds must be at most 4,000 characters long'])
  })
})
