// The local part of an account's name. A student gets two initials and eight random digits; a teacher first.last, then with a growing part
// of the middle name, then with a counter. Names are given once and never again, so callers ask for candidates and reserve the first free one.
import type { AccountKind } from '../account-kind.ts'
import { transliterate } from './transliterate.ts'

/** The directory's limit on a local part. */
const MAX_LENGTH = 64
const STUDENT_CANDIDATES = 10
const STUDENT_DIGITS = 8
const COUNTERS_PER_ROUND = 50
/** Stands in where a name has no letter that can be written in Latin. */
const NAMELESS_INITIAL = 'x'

export interface NamedPerson {
  readonly firstName: string
  readonly middleName: string | null
  readonly lastName: string
}

export interface CandidatesInput {
  readonly kind: AccountKind
  readonly person: NamedPerson
  /** 0 at first; the next one once every candidate of the round before was taken. */
  readonly round: number
  /** A random whole number from 0 up to, and without, the given one. */
  readonly randomInt: (below: number) => number
}

/** Candidates in the order of preference, all different. */
export function usernameCandidates({ kind, person, round, randomInt }: CandidatesInput): string[] {
  const candidates = kind === 'student' ? studentNames(person, randomInt) : teacherNames({ person, round, randomInt })
  return [...new Set(candidates)]
}

function studentNames({ firstName, middleName, lastName }: NamedPerson, randomInt: (below: number) => number): string[] {
  const initials = initialOf(firstName) + initialOf(middleName ?? lastName)
  return Array.from({ length: STUDENT_CANDIDATES }, () => initials + randomDigits(randomInt))
}

function teacherNames({ person, round, randomInt }: Omit<CandidatesInput, 'kind'>): string[] {
  const first = lettersOf(person.firstName)
  const last = lettersOf(person.lastName)
  const middle = lettersOf(person.middleName ?? '').replaceAll('.', '')
  const plain = [first, last].filter((part) => part !== '').join('.')
  // A name in a script that has no Latin form at all still gets an account.
  if (plain === '') return Array.from({ length: STUDENT_CANDIDATES }, () => `teacher.${randomDigits(randomInt)}`)
  const counters = Array.from({ length: COUNTERS_PER_ROUND }, (_, index) => String(round * COUNTERS_PER_ROUND + index + 1))
  const counted = counters.map((counter) => clipped(plain, MAX_LENGTH - counter.length) + counter)
  if (round > 0) return counted
  const withMiddle = Array.from(middle, (_, index) =>
    clipped([first, middle.slice(0, index + 1), last].filter(Boolean).join('.'), MAX_LENGTH),
  )
  return [clipped(plain, MAX_LENGTH), ...withMiddle, ...counted]
}

/** Only a-z, with one dot for each gap between words. */
function lettersOf(name: string): string {
  return transliterate(name)
    .replace(/[^a-z\s]/g, '')
    .trim()
    .replace(/\s+/g, '.')
}

function initialOf(name: string): string {
  return lettersOf(name).at(0) ?? NAMELESS_INITIAL
}

function randomDigits(randomInt: (below: number) => number): string {
  return String(randomInt(10 ** STUDENT_DIGITS)).padStart(STUDENT_DIGITS, '0')
}

function clipped(name: string, length: number): string {
  return name.slice(0, length).replace(/\.+$/, '')
}
