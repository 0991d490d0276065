import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { UsernameDigits } from './username-digits.ts'
import { usernameCandidates } from './usernames.ts'

const digits: UsernameDigits = ({ nth }) => String(75_059_414 + nth)
const personId = '0051020304'
const student = (firstName: string, middleName: string | null, lastName: string, round = 0) =>
  usernameCandidates({ kind: 'student', person: { personId, firstName, middleName, lastName }, round, digits })
const teacher = (firstName: string, middleName: string | null, lastName: string, round = 0) =>
  usernameCandidates({ kind: 'teacher', person: { personId, firstName, middleName, lastName }, round, digits })

describe('a student', () => {
  test('gets two initials and eight digits', () => expect(student('Гергана', 'Костова', 'Проба').at(0)).toBe('gk75059414'))
  test("gets the last name's initial where there is no middle name", () =>
    expect(student('Гергана', null, 'Проба').at(0)).toBe('gp75059414'))
  test('gets x where a name has no Latin form', () => expect(student('१', null, '१').at(0)).toBe('xx75059414'))
  test('has ten names to choose from in each round, none of them twice', () => {
    const names = [0, 1, 2].flatMap((round) => student('Гергана', 'Костова', 'Проба', round))
    expect(new Set(names).size).toBe(30)
  })
})

describe('a teacher', () => {
  test('gets first.last, then a growing part of the middle name, then a counter', () => {
    expect(teacher('Мария', 'Ана', 'Щерева').slice(0, 6)).toEqual([
      'maria.shtereva',
      'maria.a.shtereva',
      'maria.an.shtereva',
      'maria.ana.shtereva',
      'maria.shtereva1',
      'maria.shtereva2',
    ])
  })
  test('gets the next counters in the next round', () => expect(teacher('Мария', 'Ана', 'Щерева', 1).at(0)).toBe('maria.shtereva51'))
  test('loses hyphens and apostrophes, and keeps words apart by dots', () => {
    expect(teacher('Анна-Мария', null, "О'Конър ван Дам").at(0)).toBe('annamaria.okonar.van.dam')
  })
})

test('every candidate is a local part that the directory takes', () => {
  const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 100 })
  fc.assert(
    fc.property(
      fc.constantFrom('student', 'teacher'),
      name,
      fc.option(name),
      name,
      fc.nat(20),
      (kind, firstName, middleName, lastName, round) => {
        const candidates = usernameCandidates({
          kind,
          person: { personId, firstName, middleName, lastName },
          round,
          digits: () => '99999999',
        })
        expect(candidates.length).toBeGreaterThan(0)
        expect(new Set(candidates).size).toBe(candidates.length)
        for (const candidate of candidates) expect(candidate).toMatch(/^[a-z](?:[a-z0-9]|\.(?=[a-z0-9])){0,63}$/)
      },
    ),
  )
})
