// A roster as schools send it, of invented people: four rows, of which the third has no date of the calendar and the fourth repeats the first.
export const HEADER = 'role;personId;firstName;middleName;lastName;birthDate;schoolId;grade;classIds;positions'

export function pupil(personId: string, { birthDate = '2015-02-28' } = {}): string {
  return `student;${personId};Елица;;Примерова;${birthDate};2902418;5;771204 771205;`
}

const TEACHER = 'teacher;T1;Мария;Петрова;Образцова;1970-01-01;2902418;;;Teacher of mathematics'

export const roster = [HEADER, pupil('S1'), TEACHER, pupil('S3', { birthDate: '2015-02-29' }), pupil('S1')].join('\r\n')
