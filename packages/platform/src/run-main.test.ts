import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, test } from 'vitest'

const FIXTURE = fileURLToPath(new URL('./test-support/main-fixture.ts', import.meta.url))
const children: ChildProcess[] = []
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})

/** The app as a process of its own, for what only a process can show: signals, exit codes, what the supervisor is told. */
function startApp(behaviour: string) {
  const child = spawn(process.execPath, [FIXTURE, behaviour], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] })
  children.push(child)
  const lines: { level: string; msg: string }[] = []
  const waiting = new Set<() => void>()
  const sawMore = () => {
    for (const look of waiting) look()
  }
  const until = (isThere: () => boolean) =>
    new Promise<void>((resolve) => {
      const look = () => isThere() && resolve()
      waiting.add(look)
      look()
    })
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    lines.push(
      ...text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    )
  })
  child.stdout?.on('data', sawMore)
  const messages: unknown[] = []
  child.on('message', (message) => {
    messages.push(message)
    sawMore()
  })
  const told = (what: string) => until(() => messages.includes(what))
  const said = (msg: string) => until(() => lines.some((line) => line.msg === msg))
  // `close` comes after the last line was read.
  const ended = once(child, 'close').then(([code]) => code as number | null)
  return { child, ended, lines, said, told }
}

test('tells the supervisor when it is ready, and ends with 0 when it was told to stop', async () => {
  const { child, ended, told } = startApp('quick')
  await told('ready')
  child.kill('SIGTERM')
  expect(await ended).toBe(0)
})

test('lets the drain go on when a second signal comes', async () => {
  const { child, ended, lines, said, told } = startApp('slow')
  await told('ready')
  child.kill('SIGINT')
  await told('stopping')
  child.kill('SIGINT')
  await said('stopping already; waiting for the jobs in hand')
  child.send('finish')
  expect(await ended).toBe(0)
  expect(lines.filter(({ msg }) => msg === 'told to stop')).toHaveLength(1)
})

test('ends with 1 where jobs were left', async () => {
  const { child, ended, told } = startApp('leaves-jobs')
  await told('ready')
  child.kill('SIGTERM')
  expect(await ended).toBe(1)
})

test('ends with 1 and one readable line where it cannot start, without the password in it', async () => {
  const { ended, lines } = startApp('broken')
  expect(await ended).toBe(1)
  expect(lines).toMatchObject([
    { level: 'fatal', msg: 'cannot start: Cannot reach sqlserver://***@db:1433;password=***;encrypt=true', err: { name: 'Error' } },
  ])
})

test('drains and ends with 1 when the app cannot go on', async () => {
  const { child, ended, lines, told } = startApp('quick')
  await told('ready')
  child.send('fail')
  await told('stopping')
  expect(await ended).toBe(1)
  expect(lines).toMatchObject([{ level: 'fatal', detail: 'The workers fell silent.' }])
})

test('drains and ends with 1 after an error that nobody caught', async () => {
  const { child, ended, lines, told } = startApp('quick')
  await told('ready')
  child.send('throw')
  await told('stopping')
  expect(await ended).toBe(1)
  expect(lines).toMatchObject([{ level: 'fatal', err: { name: 'SyntaxError' } }])
})
