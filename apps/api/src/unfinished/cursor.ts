import type { UnfinishedCursor } from '@rollcall/provisioning'
import { z } from 'zod'
import { EARLIEST, LATEST } from '../runs/times.ts'

const Place = z.tuple([z.int().min(EARLIEST).max(LATEST), z.string().min(1).max(100)])

/** Where a page ended, as callers hand it back. They need not understand it. */
export function encodeUnfinishedCursor({ reservedAt, username }: UnfinishedCursor): string {
  return Buffer.from(JSON.stringify([reservedAt, username])).toString('base64url')
}

/** Null: this is no cursor of ours. */
export function decodeUnfinishedCursor(text: string): UnfinishedCursor | null {
  try {
    const [reservedAt, username] = Place.parse(JSON.parse(Buffer.from(text, 'base64url').toString()))
    return { reservedAt, username }
  } catch {
    return null
  }
}
