// What the README tells a newcomer to type works as it is written there.
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { environmentOfPorts, freePorts, REPOSITORY } from '@rollcall/scripts/fleet'
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
  // Not `exit`: what it said last may still be on its way then.
  return { child, output: () => said, code: new Promise((resolve) => child.once('close', resolve)) }
}

/** A terminal signals the whole foreground group. */
function pressCtrlC(child: ChildProcess): void {
  if (child.pid !== undefined) process.kill(-child.pid, 'SIGINT')
}

/** Those for upstream and operator that `npm start` prints. @throws Error with its output if it ends before */
async function keysIn(fleet: ReturnType<typeof run>): Promise<[string, string]> {
  let end: number | null | undefined
  void fleet.code.then((code) => {
    end = code
  })
  const keyOf = (role: string) => new RegExp(`${role} {2,}(\\S+)`).exec(fleet.output())?.[1]
  await waitUntil(
    'npm start prints its keys',
    async () => {
      if (end !== undefined) throw new Error(`npm start ended with ${end}: ${fleet.output()}`)
      return keyOf('operator') !== undefined
    },
    { saying: fleet.output },
  )
  return [keyOf('upstream') ?? '', keyOf('operator') ?? '']
}

describe('the README', () => {
  test('names the three commands and five requests, and no more', () => {
    const request = (path: string) => expect.stringMatching(new RegExp(`^curl .*http://127\\.0\\.0\\.1:500[03]${path} `))
    expect(commands).toEqual([
      'npm run demo',
      'npm start',
      request('/student-create'),
      request('/organisation-accounts'),
      request('/api/registrations'),
      request('/api/registrations/\\$ID'),
      request('/organisation-accounts/chitalishte-1'),
      'npm test',
    ])
  })

  test('promises a demo that accounts for every row', async () => {
    const demo = run('npm run demo')
    expect(await demo.code, demo.output()).toBe(0)
    expect(demo.output()).toMatch(/67 rows in [\d.]+ s/)
    const summary = /full {8}\d[\s\S]*?two accounts: 0/
    const promised = summary.exec(readme)?.[0].replace(/ +/g, ' ')
    expect(summary.exec(demo.output())?.[0].replace(/ +/g, ' ')).toBe(promised)
  })

  test('promises a fleet that takes the requests as they are written', async () => {
    const ports = await freePorts()
    // The account is to follow the push: at every second hour the clock would start a sync, which might come first.
    const env = { ROLLCALL_DATA_DIR: folder, CRON_USER_SYNC_ENABLED: 'false', ...environmentOfPorts(ports) }
    const fleet = run('npm start', env)
    const [KEY, OPERATOR] = await keysIn(fleet)
    const requests = commands.filter((command) => command.startsWith('curl')).values()
    /** The next request of the README, as a person types it. */
    const type = async <Answer>(variables: Readonly<Record<string, string>>, request = requests.next().value ?? ''): Promise<Answer> => {
      const here = request.replace(':5000/', `:${ports.api}/`).replace(':5003/', `:${ports['registration-service']}/`)
      const answer = run(`${here} --silent`, variables)
      expect(await answer.code, answer.output()).toBe(0)
      return JSON.parse(answer.output()) as Answer
    }

    const { uuid, ...begun } = await type<{ uuid: string }>({ KEY })
    expect(begun).toMatchObject({ state: 'RESERVE_USERNAME', status: 'new' })
    const look = async () => {
      const shown = await fetch(`http://127.0.0.1:${ports.api}/azure-data-sync/${uuid}`, { headers: { authorization: `Bearer ${KEY}` } })
      return (await shown.json()) as { status: string; completion: string | null }
    }
    await waitUntil('the pupil of the README has ended', async () => (await look()).status === 'completed')
    expect(await look()).toMatchObject({ completion: 'full' })

    expect(await type({ KEY })).toMatchObject({ accountStatus: 'pending_registration' })
    const { data } = await type<{ data: { registrationId: string } }>({ OPERATOR })
    expect(await type({ OPERATOR, ID: data.registrationId })).toMatchObject({ data: { status: 'approved', version: 2 } })
    const show = requests.next().value
    const account = async () => (await type<{ account: { accountStatus: string; statusReason: string } }>({ OPERATOR }, show)).account
    await waitUntil('the account has followed', async () => (await account()).accountStatus === 'active', { everyMs: 500 })
    expect(await account()).toMatchObject({ statusReason: 'MAP_APPROVED', statusSource: 'realtime' })

    pressCtrlC(fleet.child)
    await fleet.code
    expect(fleet.output()).toContain('[start] stopped')
  })
})
