// What may be said of a person from outside. Every rule answers with a sentence that says what was expected and never what was sent: the
// sentences reach problem documents and logs.
import type { Clock } from '@rollcall/engine'
import { z } from 'zod'

const EARLIEST_BIRTH_DATE = '1900-01-01'

/**
 * Controls, lone surrogates, private and unassigned characters, line separators, and format characters (bidirectional overrides, byte order
 * marks) but the two joiners, which names in Persian and the scripts of India are written with.
 */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]|(?![\u200C\u200D])\p{Cf}/u
const LETTER = /\p{L}/u
const CALENDAR_DATE = /^(\d{4})-(\d{2})-(\d{2})$/

/** An id of the register, kept exactly: ids have leading zeros and exceed what a number can hold, so a number is refused. */
export const registerId = z
  .string()
  .regex(/^[A-Za-z0-9-]{1,32}$/, 'must be 1 to 32 characters out of A-Z, a-z, 0-9 and the hyphen')
  .meta({ description: 'Id of the register, kept exactly (leading zeros count).', examples: ['0100231'] })

/** Written text on one line. Brought to Unicode's composed form (NFC) and freed of white space at its ends; length counts code points. */
export function line({ max }: { readonly max: number }) {
  return z
    .string()
    .refine((text) => !UNPRINTABLE.test(text), { error: 'must not contain control characters or other characters that cannot be printed' })
    .normalize('NFC')
    .trim()
    .refine((text) => isWithin({ text, max }), { error: `must be 1 to ${max} characters long` })
    .meta({ minLength: 1, maxLength: max })
}

/** A part of a person's name, in any script. */
export const personName = line({ max: 100 })
  // Whatever is empty has been refused for its length already.
  .refine((name) => name === '' || LETTER.test(name), { error: 'must contain at least one letter' })
  .meta({ minLength: 1, maxLength: 100, description: 'Any script; NFC, without white space at its ends.', examples: ['Елица'] })

/** A day of the calendar that somebody now alive may have been born on. */
export const birthDate = z
  .string()
  .refine(isCalendarDate, { error: 'must be a date of the calendar, written YYYY-MM-DD', abort: true })
  .refine((date) => date >= EARLIEST_BIRTH_DATE, { error: `must not be before ${EARLIEST_BIRTH_DATE}` })
  .meta({ format: 'date', description: `From ${EARLIEST_BIRTH_DATE} to today (UTC).`, examples: ['2015-02-28'] })

/** The same, up to today by this clock (UTC). */
export function birthDateUntilToday(clock: Clock) {
  return birthDate
    .refine((date) => date <= new Date(clock.now()).toISOString().slice(0, 10), { error: 'must not be in the future' })
    .meta({ format: 'date', description: `From ${EARLIEST_BIRTH_DATE} to today (UTC).`, examples: ['2015-02-28'] })
}

/** @param max items at most */
export function uniqueIds({ max }: { readonly max: number }) {
  return z
    .array(registerId)
    .max(max, `must hold at most ${max} items`)
    .refine((ids) => new Set(ids).size === ids.length, { error: 'must not name the same id twice' })
    .meta({ uniqueItems: true, maxItems: max })
}

function isWithin({ text, max }: { text: string; max: number }): boolean {
  // A code point takes at most two units, so what is longer need not be counted.
  return text.length > 0 && text.length <= max * 2 && [...text].length <= max
}

function isCalendarDate(text: string): boolean {
  const parts = CALENDAR_DATE.exec(text)
  if (!parts) return false
  const [year = 0, month = 0, day = 0] = parts.slice(1).map(Number)
  // A day that does not exist (February 29th, month 13) rolls over into another one.
  const date = new Date(Date.UTC(year, month - 1, day))
  return date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day
}
