import type { AlertCursor } from '@rollcall/alerts'
import { z } from 'zod'
import { EARLIEST, LATEST } from '../runs/times.ts'

const Place = z.tuple([z.int().min(EARLIEST).max(LATEST), z.guid()])

/** Where a page ended, as callers hand it back. They need not understand it. */
export function encodeAlertCursor({ startedAt, id }: AlertCursor): string {
  return Buffer.from(JSON.stringify([startedAt, id])).toString('base64url')
}

/** Null: this is no cursor of ours. */
export function decodeAlertCursor(text: string): AlertCursor | null {
  try {
    const [startedAt, id] = Place.parse(JSON.parse(Buffer.from(text, 'base64url').toString()))
    return { startedAt, id }
  } catch {
    return null
  }
}
