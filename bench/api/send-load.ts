import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { LoadResult, LoadTask } from './load-process.ts'

/** @throws Error if the sender ends without a result, or a request is not accepted */
export async function sendLoad(task: LoadTask): Promise<LoadResult> {
  const child = fork(join(import.meta.dirname, 'load-process.ts'), [JSON.stringify(task)])
  const ended = once(child, 'exit')
  const said: readonly unknown[] = await Promise.race([once(child, 'message'), ended])
  const [code] = await ended
  const [result] = said
  if (code !== 0 || !isResult(result)) throw new Error(`The sender of the load ended with ${code}.`)
  if (result.accepted < task.requests) throw new Error(`${result.accepted} of ${task.requests} requests were answered 202.`)
  return result
}

function isResult(said: unknown): said is LoadResult {
  return typeof said === 'object' && said !== null && 'p99Ms' in said
}
