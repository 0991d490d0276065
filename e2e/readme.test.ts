// What the README tells a newcomer to type works as it is written there.
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePorts, REPOSITORY } from '@rollcall/scripts/fleet'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { waitUntil } from './support/wait-until.ts'

const readme = await readFile(join(REPOSITORY, 'README.md'), 'utf8')
const commands = [...readme.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block = '']) => block.trim())

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollcall-readme-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

function run(
  command: string,
  env: Readonly<Record<string, string>> = {},
): { child: ChildProcess; output: () => string; code: Promise<number | null> } {
  const child = spawn('bash', ['-c', command], {
    cwd: REPOSITORY,
    env: { ...process.env, ...env },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      said += chunk.toString()
    })
  }
  return { child, output: () => said, code: new Promise((resolve) => child.once('exit', resolve)) }
}

/** A terminal signals the whole foreground group. */
function pressCtrlC(child: ChildProcess): void {
  if (child.pid !== undefined) process.kill(-child.pid, 'SIGINT')
}

describe('the README', () => {
  test('names the three commands and one request, and no more', () => {
    expect(commands).toEqual(['npm run demo', 'npm start', expect.stringContaining('curl -X POST'), 'npm test'])
  })

  test('promises a demo that accounts for every row', async () => {
    const demo = run('npm run demo')
    expect(await demo.code, demo.output()).toBe(0)
    expect(demo.output()).toMatch(/67 rows in [\d.]+ s/)
    const summary = /full {8}\d[\s\S]*?two accounts: 0/
    const promised = summary.exec(readme)?.[0].replace(/ +/g, ' ')
    expect(summary.exec(demo.output())?.[0].replace(/ +/g, ' ')).toBe(promised)
  })

  test('promises a fleet that takes the request as it is written', async () => {
    const ports = await freePorts()
    const env = {
      ROLLCALL_DATA_DIR: folder,
      API_PORT: String(ports.api),
      REGISTRATION_PORT: String(ports['registration-service']),
      SIMULATOR_GRAPH_PORT: String(ports.simulator),
      REDIS_PORT: String(ports.redis),
      WORKER_PORT: String(ports['worker-create']),
    }
    const fleet = run('npm start', env)
    const key = await new Promise<string>((resolve, reject) => {
      const look = setInterval(() => {
        const found = /upstream {2,}(\S+)/.exec(fleet.output())?.[1]
        if (found) {
          clearInterval(look)
          resolve(found)
        }
      }, 100)
      void fleet.code.then((code) => {
        clearInterval(look)
        reject(new Error(`npm start ended with ${code}: ${fleet.output()}`))
      })
    })
    const request = commands.find((command) => command.startsWith('curl'))?.replace(':5000/', `:${ports.api}/`) ?? ''
    const answer = run(`${request} --silent`, { KEY: key })
    expect(await answer.code, answer.output()).toBe(0)
    const { uuid, ...begun } = JSON.parse(answer.output())
    expect(begun).toMatchObject({ state: 'RESERVE_USERNAME', status: 'new' })
    const look = async () => {
      const shown = await fetch(`http://127.0.0.1:${ports.api}/azure-data-sync/${uuid}`, { headers: { authorization: `Bearer ${key}` } })
      return (await shown.json()) as { status: string; completion: string | null }
    }
    await waitUntil('the pupil of the README has ended', async () => (await look()).status === 'completed')
    expect(await look()).toMatchObject({ completion: 'full' })
    pressCtrlC(fleet.child)
    await fleet.code
    expect(fleet.output()).toContain('[start] stopped')
  })
})
