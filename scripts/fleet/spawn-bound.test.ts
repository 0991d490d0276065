import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { spawnBound } from './spawn-bound.ts'

const SPAWN_BOUND = fileURLToPath(new URL('spawn-bound.ts', import.meta.url))
const FOR_EVER = 'setInterval(() => {}, 1_000); process.send?.(process.pid); process.on("disconnect", () => {})'

function startForEver(script = FOR_EVER, output: 'pipe' | 'inherit' = 'inherit') {
  const child = spawnBound({ command: process.execPath, args: ['--input-type=module', '-e', script], output, env: process.env })
  onTestFinished(() => void child.kill('SIGKILL'))
  return child
}

/** Starts one process that starts another. Answers the first, and the second's pid. */
async function startGrandchild() {
  const starter = startForEver(`
    import { spawnBound } from ${JSON.stringify(SPAWN_BOUND)}
    const child = spawnBound({ command: process.execPath, args: ['--input-type=module', '-e', ${JSON.stringify(FOR_EVER)}], output: 'inherit', env: process.env })
    child.on('message', (pid) => process.send(pid))`)
  const [pid] = await once(starter, 'message')
  return { starter, pid: Number(pid) }
}

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

test.each(['runs', 'stands still'])('a process that %s ends when whoever started it is killed', async (how) => {
  const { starter, pid } = await startGrandchild()
  onTestFinished(() => void (isThere(pid) && process.kill(pid, 'SIGKILL')))
  if (how === 'stands still') process.kill(pid, 'SIGSTOP')
  starter.kill('SIGKILL')
  await expect.poll(() => isThere(pid), { timeout: 10_000 }).toBe(false)
})

test('it has the pid that was answered, and its end and its exit code are its own', async () => {
  const child = startForEver(`process.send(process.pid); process.on('message', (code) => process.exit(code))`)
  const exited = once(child, 'exit')
  const [pid] = await once(child, 'message')
  expect(pid).toBe(child.pid)
  child.send(7)
  expect(await exited).toEqual([7, null])
})

test('nobody holds its output or its channel once it was killed', async () => {
  const child = startForEver(FOR_EVER, 'pipe')
  await once(child, 'message')
  const ends = Promise.all([once(child, 'close'), once(child, 'disconnect')])
  child.kill('SIGKILL')
  expect(await ends).toEqual([[null, 'SIGKILL'], []])
})
