import type { RunCursor } from '@rollcall/engine'
import { z } from 'zod'
import { EARLIEST, LATEST } from './times.ts'

const Place = z.tuple([z.int().min(EARLIEST).max(LATEST), z.guid()])

/** Where a page ended, as callers hand it back. They need not understand it. */
export function encodeCursor({ createdAt, uuid }: RunCursor): string {
  return Buffer.from(JSON.stringify([createdAt, uuid])).toString('base64url')
}

/** Null: this is no cursor of ours. */
export function decodeCursor(text: string): RunCursor | null {
  try {
    const [createdAt, uuid] = Place.parse(JSON.parse(Buffer.from(text, 'base64url').toString()))
    return { createdAt, uuid }
  } catch {
    return null
  }
}
