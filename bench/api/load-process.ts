// Whoever sends the load: a process of its own, so that its work is nobody else's. Every request asks for another pupil, since the same one again
// would be answered without anything being begun. With a rate, requests are due at even distances, and one that is sent late counts from when it was
// due; autocannon sends a second's share at once and waits for the next second.
import { Agent, request } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { percentile } from '../support/percentile.ts'
import { pupil } from '../support/pupils.ts'

export interface LoadTask {
  readonly url: string
  readonly key: string
  readonly requests: number
  /** So many senders, each of which waits for its answer before it sends on. */
  readonly connections: number
  /** Requests per second over all; null: as fast as they are answered. */
  readonly rate: number | null
  /** The first pupil's number; the others follow. */
  readonly from: number
  readonly schools: number
}

export interface LoadResult {
  readonly accepted: number
  readonly seconds: number
  readonly p50Ms: number
  readonly p99Ms: number
}

const ACCEPTED = 202

const { url, key, requests, connections, rate, from, schools } = taskOf(process.argv[2])
const target = new URL('/student-create', url)
const agent = new Agent({ keepAlive: true, maxSockets: connections })
const durations: number[] = []
let accepted = 0
let sent = 0

const startedAt = performance.now()
await Promise.all(Array.from({ length: connections }, send))
const seconds = (performance.now() - startedAt) / 1_000
agent.destroy()
tell({ accepted, seconds, p50Ms: percentile(durations, 0.5), p99Ms: percentile(durations, 0.99) })
process.disconnect()

async function send(): Promise<void> {
  while (sent < requests) {
    const index = sent
    sent += 1
    const dueAt = rate === null ? performance.now() : startedAt + (index * 1_000) / rate
    const early = dueAt - performance.now()
    if (early > 0) await pause(early)
    if ((await post(JSON.stringify(pupil({ number: from + index, schools })))) === ACCEPTED) accepted += 1
    durations.push(performance.now() - dueAt)
  }
}

/** Answers the status, once the body has been read. */
function post(body: string): Promise<number> {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
  return new Promise((resolve, reject) => {
    const asked = request(target, { method: 'POST', agent, headers }, (answer) => {
      answer.on('error', reject).on('end', () => resolve(answer.statusCode ?? 0))
      answer.resume()
    })
    asked.on('error', reject)
    asked.end(body)
  })
}

function tell(message: LoadResult): void {
  process.send?.(message)
}

/** Only the bench starts this process, with a task of this shape. */
function taskOf(argument: string | undefined): LoadTask {
  if (argument === undefined) throw new Error('This program is started by `pnpm bench api`.')
  return JSON.parse(argument) as LoadTask
}
