import { createSecretKey } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createUsernameDigits, type UsernameDigits } from './username-digits.ts'
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

test('no name is offered twice in two rounds, and the same person is offered the same names again', () => {
  const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 100 })
  // As the real digits: they follow from kind and place, and hardly ever meet.
  const follow: UsernameDigits = ({ nth }) => String(10_000_000 + nth)
  fc.assert(
    fc.property(
      fc.constantFrom('student', 'teacher'),
      fc.record({ personId: fc.constant(personId), firstName: name, middleName: fc.option(name), lastName: name }),
      fc.nat(5),
      fc.nat(5),
      (kind, person, one, other) => {
        const offered = (round: number) => usernameCandidates({ kind, person, round, digits: follow })
        expect(offered(one)).toEqual(offered(one))
        const shared = offered(one).filter((candidate) => offered(other).includes(candidate))
        expect(shared).toEqual(one === other ? offered(one) : [])
      },
    ),
  )
})

describe('whoever the person is', () => {
  const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 100 })
  const person = fc.record({
    personId: fc.stringMatching(/^[A-Za-z0-9-]{1,32}$/),
    firstName: name,
    middleName: fc.option(name),
    lastName: name,
  })
  const kind = fc.constantFrom('student' as const, 'teacher' as const)
  const round = fc.nat(20)
  const keyed = (byte: number) => createUsernameDigits(createSecretKey(Buffer.alloc(32, byte)))

  test('the same person gets the same candidates in the same order, from whichever process has the key', () => {
    fc.assert(
      fc.property(kind, person, round, fc.nat(255), (whose, who, nth, key) => {
        const again = () => usernameCandidates({ kind: whose, person: { ...who }, round: nth, digits: keyed(key) })
        expect(again()).toEqual(again())
      }),
    )
  })

  test('a student’s candidates are initials and eight digits, others for another person of the same name and under another key', () => {
    fc.assert(
      fc.property(person, person, round, (who, { personId: another }, nth) => {
        fc.pre(who.personId !== another)
        const of = (personId: string, key: number) =>
          usernameCandidates({ kind: 'student', person: { ...who, personId }, round: nth, digits: keyed(key) })
        const own = of(who.personId, 1)
        for (const candidate of own) expect(candidate).toMatch(/^[a-z]{2}\d{8}$/)
        expect(of(another, 1)).not.toEqual(own)
        expect(of(who.personId, 2)).not.toEqual(own)
      }),
    )
  })

  test('no round offers a teacher a name that another round offers', () => {
    fc.assert(
      fc.property(person, round, round, (who, one, other) => {
        fc.pre(one !== other)
        const of = (nth: number) => usernameCandidates({ kind: 'teacher', person: who, round: nth, digits: keyed(1) })
        const ofOther = new Set(of(other))
        expect(of(one).filter((candidate) => ofOther.has(candidate))).toEqual([])
      }),
    )
  })
})
