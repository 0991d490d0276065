// Reads a cron expression of five fields, and says which of them is wrong. Narrower than the library that computes the times: that one takes
// three fields or six, and draws values at random for an H, so a slip of the pen would become a schedule.

export interface CronField {
  /** Ascending. */
  readonly values: readonly number[]
  /** Written as a star: every value, and no restriction. */
  readonly any: boolean
}

export interface CronFields {
  readonly minute: CronField
  readonly hour: CronField
  readonly dayOfMonth: CronField
  readonly month: CronField
  /** 0 is Sunday. */
  readonly dayOfWeek: CronField
}

interface FieldRule {
  readonly key: keyof CronFields
  readonly name: string
  readonly min: number
  readonly max: number
  /** Of `min`, `min + 1`, … */
  readonly words?: readonly string[]
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC']
const DAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT']

const FIELDS: readonly FieldRule[] = [
  { key: 'minute', name: 'minute', min: 0, max: 59 },
  { key: 'hour', name: 'hour', min: 0, max: 23 },
  { key: 'dayOfMonth', name: 'day of month', min: 1, max: 31 },
  { key: 'month', name: 'month', min: 1, max: 12, words: MONTHS },
  // 7 is Sunday as well.
  { key: 'dayOfWeek', name: 'day of week', min: 0, max: 7, words: DAYS },
]

/** In a leap year, by month from January. */
const DAYS_OF_MONTH = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
const LONGEST = 200

/** A value that is wrong; its message does not name the field. */
class CronSlip extends Error {}

/** @returns the fields, or what is wrong: `minute: 61 is not 0-59` */
export function parseCron(cron: string): CronFields | { readonly fault: string } {
  const texts = cron.trim().split(/\s+/)
  if (cron.length > LONGEST) return { fault: `longer than ${LONGEST} characters` }
  if (texts.length !== FIELDS.length)
    return {
      fault: `expected five fields (minute, hour, day of month, month, day of week), got ${cron.trim() === '' ? 0 : texts.length}`,
    }
  const parsed = FIELDS.map((rule, index) => parseField(texts[index] ?? '', rule))
  const faults = parsed.flatMap(({ fault }) => fault ?? [])
  if (faults.length > 0) return { fault: faults.join('; ') }
  const fields = byKey(parsed)
  return comes(fields) ? fields : { fault: 'day of month: none of these days comes in these months' }
}

export function isFault(parsed: CronFields | { readonly fault: string }): parsed is { readonly fault: string } {
  return 'fault' in parsed
}

interface ParsedField extends CronField {
  readonly key: keyof CronFields
  readonly fault: string | null
}

function parseField(text: string, rule: FieldRule): ParsedField {
  const { key, name } = rule
  try {
    const values = new Set(text.split(',').flatMap((part) => valuesOf(part, rule)))
    return { key, values: [...values].sort((a, b) => a - b), any: /^\*(\/1)?$/.test(text), fault: null }
  } catch (error) {
    if (error instanceof CronSlip) return { key, values: [], any: false, fault: `${name}: ${error.message}` }
    throw error
  }
}

/** `*`, `5`, `MON`, `1-5`, and each of them with a step, such as `*\/15`. */
function valuesOf(part: string, rule: FieldRule): number[] {
  const [, first, last, step] = /^([^/-]+)(?:-([^/-]+))?(?:\/([^/-]+))?$/.exec(part) ?? []
  if (first === undefined || (first === '*' && last !== undefined))
    throw new CronSlip(`${quote(part)} is no number, range (1-5), step (*/15) or list of these`)
  const isSunday7 = rule.key === 'dayOfWeek'
  const top = isSunday7 ? rule.max - 1 : rule.max
  const from = first === '*' ? rule.min : numberOf(first, rule)
  const to = last !== undefined ? numberOf(last, rule) : first === '*' || step !== undefined ? top : from
  if (from > to) throw new CronSlip(`${quote(part)} runs backwards`)
  const by = step === undefined ? 1 : stepOf(step, { from, to })
  const values = Array.from({ length: Math.floor((to - from) / by) + 1 }, (_none, index) => from + index * by)
  return isSunday7 ? values.map((value) => value % 7) : values
}

function numberOf(text: string, { min, max, words }: FieldRule): number {
  const word = words?.indexOf(text.toUpperCase()) ?? -1
  if (word !== -1) return min + word
  const number = /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN
  if (number >= min && number <= max) return number
  throw new CronSlip(`${quote(text)} is not ${min}-${max}${words ? ` or ${words[0]}-${words.at(-1)}` : ''}`)
}

/** A step that is wider than its range fires at the first value only, which nobody means who writes a step. */
function stepOf(text: string, { from, to }: { readonly from: number; readonly to: number }): number {
  const step = /^\d{1,4}$/.test(text) ? Number(text) : 0
  if (step >= 1 && step <= to - from) return step
  throw new CronSlip(`the step ${quote(text)} is not 1-${to - from}`)
}

function quote(text: string): string {
  const clipped = text.slice(0, 20)
  return /^\w+$/.test(clipped) ? clipped : JSON.stringify(clipped)
}

function byKey(parsed: readonly ParsedField[]): CronFields {
  const field = (key: keyof CronFields): CronField => {
    const found = parsed.find((one) => one.key === key)
    if (!found) throw new Error(`No field ${key}.`)
    return { values: found.values, any: found.any }
  }
  return {
    minute: field('minute'),
    hour: field('hour'),
    dayOfMonth: field('dayOfMonth'),
    month: field('month'),
    dayOfWeek: field('dayOfWeek'),
  }
}

/** Whether there is a day on which it fires: a day of the week always comes. */
function comes({ dayOfMonth, month, dayOfWeek }: CronFields): boolean {
  if (!dayOfWeek.any) return true
  const longest = Math.max(...month.values.map((one) => DAYS_OF_MONTH[one - 1] ?? 0))
  return dayOfMonth.values.some((day) => day <= longest)
}
