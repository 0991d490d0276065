// Bytes that Node could not read as a request: there is neither request nor reply yet, only a socket.
import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { httpErrors } from './http-errors.ts'
import { PROBLEM_MEDIA_TYPE, problemOf } from './problem.ts'

const STATUS_OF: Readonly<Record<string, number>> = { HPE_HEADER_OVERFLOW: 431, ERR_HTTP_REQUEST_TIMEOUT: 408 }

export function answerClientError(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const status = STATUS_OF[error.code ?? ''] ?? 400
  const body = JSON.stringify({ ...problemOf(httpErrors.MALFORMED_REQUEST), status })
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Connection: close',
    `Content-Type: ${PROBLEM_MEDIA_TYPE}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
}
