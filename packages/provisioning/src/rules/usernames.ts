// The local part of an account's name. A student gets two initials and eight digits of their own; a teacher first.last, then with a growing
// part of the middle name, then with a counter. Names are given once and never again, so callers ask for candidates and reserve the first free
// one. What must always hold: the same person gets the same candidates in the same order, since a name that SQL has forgotten is found again
// in no other way.
import type { AccountKind } from '../account-kind.ts'
import { transliterate } from './transliterate.ts'
import type { UsernameDigits } from './username-digits.ts'

/** The directory's limit on a local part. */
const MAX_LENGTH = 64
const CANDIDATES_WITH_DIGITS = 10
const COUNTERS_PER_ROUND = 50
/** Stands in where a name has no letter that can be written in Latin. */
const NAMELESS_INITIAL = 'x'

export interface NamedPerson {
  readonly personId: string
  readonly firstName: string
  readonly middleName: string | null
  readonly lastName: string
}

export interface CandidatesInput {
  readonly kind: AccountKind
  readonly person: NamedPerson
  /** 0 at first; the next one once every candidate of the round before was taken. */
  readonly round: number
  readonly digits: UsernameDigits
}

/** Candidates in the order of preference, all different. */
export function usernameCandidates(input: CandidatesInput): string[] {
  return [...new Set(input.kind === 'student' ? studentNames(input) : teacherNames(input))]
}

function studentNames(input: CandidatesInput): string[] {
  const { firstName, middleName, lastName } = input.person
  const initials = initialOf(firstName) + initialOf(middleName ?? lastName)
  return digitsOfRound(input).map((digits) => initials + digits)
}

function teacherNames(input: CandidatesInput): string[] {
  const { person, round } = input
  const first = lettersOf(person.firstName)
  const last = lettersOf(person.lastName)
  const middle = lettersOf(person.middleName ?? '').replaceAll('.', '')
  const plain = [first, last].filter((part) => part !== '').join('.')
  // A name in a script that has no Latin form at all still gets an account.
  if (plain === '') return digitsOfRound(input).map((digits) => `teacher.${digits}`)
  const counters = Array.from({ length: COUNTERS_PER_ROUND }, (_, index) => String(round * COUNTERS_PER_ROUND + index + 1))
  const counted = counters.map((counter) => clipped(plain, MAX_LENGTH - counter.length) + counter)
  if (round > 0) return counted
  const withMiddle = Array.from(middle, (_, index) =>
    clipped([first, middle.slice(0, index + 1), last].filter(Boolean).join('.'), MAX_LENGTH),
  )
  return [clipped(plain, MAX_LENGTH), ...withMiddle, ...counted]
}

function digitsOfRound({ kind, person: { personId }, round, digits }: CandidatesInput): string[] {
  return Array.from({ length: CANDIDATES_WITH_DIGITS }, (_, index) =>
    digits({ personId, kind, nth: round * CANDIDATES_WITH_DIGITS + index }),
  )
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

function clipped(name: string, length: number): string {
  return name.slice(0, length).replace(/\.+$/, '')
}
