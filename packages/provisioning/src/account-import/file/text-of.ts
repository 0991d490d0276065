// Bytes into text, strictly: what is not UTF-8 is refused where it stands, not guessed at. A byte order mark at the beginning is left out.
import { TextDecoder } from 'node:util'
import { CodedError } from '@rollcall/engine'
import { importErrors } from '../errors.ts'

const LINE_FEED = 0x0a

/** @throws CodedError IMPORT_NOT_UTF8, naming the line */
export async function* textOf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string, void> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let lines = 1
  for await (const chunk of bytes) {
    const text = decode({ decoder, chunk, lines })
    // UTF-16 without its mark is valid UTF-8 as long as it is Latin, with a zero in every other byte.
    const zero = text.indexOf('\0')
    if (zero >= 0) throw notUtf8({ line: lines + count(text.slice(0, zero)), what: 'It has zero bytes, as UTF-16 does.' })
    lines += count(chunk)
    if (text !== '') yield text
  }
  const rest = decode({ decoder, chunk: null, lines })
  if (rest !== '') yield rest
}

/** @param chunk null at the end */
function decode({
  decoder,
  chunk,
  lines,
}: {
  readonly decoder: TextDecoder
  readonly chunk: Uint8Array | null
  readonly lines: number
}): string {
  try {
    return chunk ? decoder.decode(chunk, { stream: true }) : decoder.decode()
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause
    const line = lines + (chunk ? count(beforeFault(chunk)) : 0)
    throw notUtf8({ line, what: 'It has bytes that are not UTF-8.' })
  }
}

/** A character that the chunk before had begun may look like a fault at the beginning of this one: the line is the same. */
function beforeFault(chunk: Uint8Array): string {
  const text = new TextDecoder('utf-8').decode(chunk)
  const fault = text.indexOf('\ufffd', 1)
  return fault < 0 ? '' : text.slice(0, fault)
}

function count(text: string | Uint8Array): number {
  let lines = 0
  if (typeof text === 'string') for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines += 1
  else for (let at = text.indexOf(LINE_FEED); at >= 0; at = text.indexOf(LINE_FEED, at + 1)) lines += 1
  return lines
}

function notUtf8({ line, what }: { readonly line: number; readonly what: string }): CodedError {
  return new ImportFileError(importErrors.IMPORT_NOT_UTF8, { row: line, detail: `Line ${line}: ${what}` })
}

/** A fault for which the whole file is refused. */
export class ImportFileError extends CodedError {
  /** Counted as Excel does: the header is row 1. Null where no row is to blame. */
  readonly row: number | null
  constructor(
    errorCode: CodedError['errorCode'],
    { row, detail }: { readonly row: number | null; readonly detail?: string },
    options?: ErrorOptions,
  ) {
    super(errorCode, detail, options)
    this.row = row
  }
}
