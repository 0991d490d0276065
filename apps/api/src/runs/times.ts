import { z } from 'zod'

/** The times that a caller may name. Both databases can keep them; beyond, SQL Server refuses the statement, and a Date is none. */
export const EARLIEST = 0
export const LATEST = Date.UTC(9999, 0, 1) - 1

/** A time as a caller writes it. */
export const Time = z.iso
  .datetime({ offset: true, error: 'must be a time, written 2026-09-01T07:30:00Z', abort: true })
  .refine(isStorable, { error: 'must be a time between the years 1970 and 9998' })
  .meta({ examples: ['2026-09-01T00:00:00Z'] })

function isStorable(text: string): boolean {
  const at = Date.parse(text)
  return at >= EARLIEST && at <= LATEST
}
