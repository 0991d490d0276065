import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { request } from 'node:https'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, it } from 'vitest'

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url))
let directory = ''
let child: ChildProcess | undefined

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'simulator-main-'))
})
afterEach(async () => {
  child?.kill('SIGKILL')
  await rm(directory, { recursive: true })
})

function startMain(env: Record<string, string>) {
  const started = spawn(process.execPath, [MAIN], {
    env: { PATH: process.env.PATH, SIMULATOR_CERT_DIR: join(directory, 'certificates'), SIMULATOR_GRAPH_PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  child = started
  return started
}

it('prints one line when it is ready, and ends cleanly on SIGTERM with its state saved', async () => {
  const stateFile = join(directory, 'graph.json')
  const main = startMain({ SIMULATOR_STATE_FILE: stateFile })
  const [line] = await once(main.stdout, 'data')
  const ready = /^Graph simulator ready at (https:\/\/localhost:\d+)\/v1\.0 \(clients trust (.*ca\.pem)\)\n$/.exec(String(line))
  const [, url = '', authorityFile = ''] = ready ?? []
  const seed = request(`${url}/simulator/seed`, { method: 'POST', ca: await readFile(authorityFile), agent: false })
  seed.end(JSON.stringify({ users: [{ userPrincipalName: 'ann@edu.example' }] }))
  const [answer] = await once(seed, 'response')
  answer.resume()
  main.kill('SIGTERM')
  expect(await once(main, 'exit')).toEqual([0, null])
  expect(await readFile(stateFile, 'utf8')).toContain('ann@edu.example')
})

it('names the setting when its port is taken', async () => {
  const squatter = createServer().listen(0, '127.0.0.1')
  await once(squatter, 'listening')
  const address = squatter.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const main = startMain({ SIMULATOR_GRAPH_PORT: String(port) })
  const [said, [code]] = await Promise.all([text(main.stderr), once(main, 'exit')])
  expect(said).toBe(`Port ${port} is taken. Set SIMULATOR_GRAPH_PORT to a free one, or stop what listens there.\n`)
  expect(code).toBe(1)
  squatter.close()
})

it('names the setting that does not fit', async () => {
  const main = startMain({ SIMULATOR_REPLICAS: 'many' })
  const [said, [code]] = await Promise.all([text(main.stderr), once(main, 'exit')])
  expect(said).toContain('SIMULATOR_REPLICAS')
  expect(code).toBe(1)
})

it('leaves the authority where it says', async () => {
  const main = startMain({})
  await once(main.stdout, 'data')
  expect(await readFile(join(directory, 'certificates', 'ca.pem'), 'utf8')).toContain('BEGIN CERTIFICATE')
})
