// Where a page ended, as callers hand it back: a time, and what tells apart those of the same time. They need not understand it.
import type { EpochMs } from '@rollcall/engine'
import { z } from 'zod'
import { EARLIEST, LATEST } from '../runs/times.ts'

/** Where the rows of a list are in their order. */
export type Place = readonly [at: EpochMs, id: string]

/** In the answer of a list. */
export const NextCursor = z.string().nullable().meta({ description: 'Where the next page begins; null on the last one.' })

export interface PageCursor<Cursor> {
  encode(cursor: Cursor): string
  /** Null for the first page, and for what is no cursor of ours. */
  decode(text: string | undefined): Cursor | null
  /** The query parameter. */
  param(description?: string): z.ZodOptional<z.ZodString>
}

/** @param id what may tell apart those of the same time: whoever makes a cursor up is refused */
export function createPageCursor<Cursor>({
  id,
  placeOf,
  cursorOf,
}: {
  readonly id: z.ZodType<string>
  readonly placeOf: (cursor: Cursor) => Place
  readonly cursorOf: (place: Place) => Cursor
}): PageCursor<Cursor> {
  const Place = z.tuple([z.int().min(EARLIEST).max(LATEST), id])

  function decode(text: string | undefined): Cursor | null {
    if (text === undefined) return null
    try {
      return cursorOf(Place.parse(JSON.parse(Buffer.from(text, 'base64url').toString())))
    } catch {
      return null
    }
  }

  return {
    encode: (cursor) => Buffer.from(JSON.stringify(placeOf(cursor))).toString('base64url'),
    decode,
    param: (description = 'The `nextCursor` of the page before.') =>
      z
        .string()
        .refine((text) => decode(text) !== null, { error: 'must be the nextCursor of an earlier page' })
        .optional()
        .meta({ description }),
  }
}
