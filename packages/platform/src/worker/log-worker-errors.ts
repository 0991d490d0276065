import type { Logger } from '../create-logger.ts'

const SAME_LINE_EVERY_MS = 10_000
const CONNECTION_LOST = /ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|EHOSTUNREACH|Connection is closed|Socket timeout|Socket closed/i

/**
 * Logs what BullMQ's workers report. Each of them has a connection of its own, so that an outage is told many times over; whoever opened the
 * first connection has said so already. Their messages name queues and job ids only.
 */
export function createWorkerErrorLog(logger: Logger, elapsed = () => performance.now()): (error: Error) => void {
  const lastLine = new Map<string, number>()
  return (error) => {
    const { message } = error
    if (CONNECTION_LOST.test(message) || ('code' in error && CONNECTION_LOST.test(String(error.code)))) {
      logger.debug({ detail: message }, 'a worker has lost its connection')
      return
    }
    // Ids differ from line to line; the words say whether it is the same fault again.
    const kind = message.replace(/[0-9a-f-]{8,}/gi, '')
    const last = lastLine.get(kind)
    if (last !== undefined && elapsed() - last < SAME_LINE_EVERY_MS) return
    lastLine.set(kind, elapsed())
    logger.error({ err: error, detail: message }, 'bullmq reported an error')
  }
}
