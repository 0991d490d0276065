// pm2.config.cjs as an operator uses it: start, list, reload, stop, with work under way all the time.
import { execFile } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { REPOSITORY, WORKERS } from '@rollcall/scripts/fleet'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { audit, CLEAN } from '../support/audit.ts'
import { insist } from '../support/insist.ts'
import { type StudentBody, students } from '../support/people.ts'
import { postStudents } from '../support/post-students.ts'
import { startTestFleet, type TestFleet } from '../support/start-test-fleet.ts'
import { countEnded, untilEnded } from '../support/until-ended.ts'
import { waitUntil } from '../support/wait-until.ts'

const LOAD = 200
const SENDERS = 3
const BETWEEN_REQUESTS_MS = 100
const APPS = ['api', ...WORKERS] as const

interface Listed {
  readonly name: string
  readonly pid: number
  readonly pm2_env: { readonly status: string; readonly exit_code?: number; readonly restart_time: number }
}

let fleet: TestFleet
let pm2: (...words: string[]) => Promise<string>
const accepted: string[] = []
let people = 0

beforeAll(async () => {
  fleet = await startTestFleet({ SIMULATOR_LAG_MAX_MS: '200' })
  // The same apps on the same ports, with PM2 instead of this test as their supervisor.
  const files = join(fleet.folder, 'settings')
  await mkdir(files)
  for (const app of APPS) {
    await fleet.app(app).stop()
    const lines = Object.entries(fleet.settingsOf(app)).map(([name, value]) => `${name}='${value}'\n`)
    await writeFile(join(files, `${app}.env`), lines.join(''))
  }
  const env = {
    ...process.env,
    PM2_HOME: join(fleet.folder, 'pm2'),
    ROLLCALL_ENV_DIR: files,
    ROLLCALL_DASHBOARD_PROCESSES: '0',
    ROLLCALL_REGISTRATION_SERVICE_PROCESSES: '0',
  }
  pm2 = async (...words) => {
    const program = join(REPOSITORY, 'node_modules', 'pm2', 'bin', 'pm2')
    const { stdout } = await promisify(execFile)(process.execPath, [program, ...words], { cwd: REPOSITORY, env, timeout: 90_000 })
    return stdout
  }
})
afterAll(async () => {
  await pm2('kill')
  await fleet.end()
})

async function list(): Promise<readonly Listed[]> {
  const printed = await pm2('jlist')
  return JSON.parse(printed.slice(printed.indexOf('[{'))) as readonly Listed[]
}

async function statuses(): Promise<Record<string, string>> {
  return Object.fromEntries((await list()).map(({ name, pm2_env }) => [name, pm2_env.status]))
}

async function post(count: number): Promise<void> {
  accepted.push(...(await postStudents(fleet.upstream, nextStudents(count))))
}

function nextStudents(count: number): StudentBody[] {
  people += count
  return students(count, people - count)
}

/** Senders that go on, each with one request after another, for as long as something lasts. Answers how many requests were accepted. */
async function sendMeanwhile(work: () => Promise<unknown>): Promise<number> {
  let isOver = false
  let requests = 0
  const sender = async () => {
    while (!isOver) {
      const bodies = nextStudents(2)
      const { uuids } = await insist({ upstream: fleet.upstream, key: `meanwhile-${bodies[0]?.personId}`, bodies })
      accepted.push(...uuids)
      requests += 1
      await pause(BETWEEN_REQUESTS_MS)
    }
  }
  const senders = Promise.all(Array.from({ length: SENDERS }, sender))
  try {
    await work()
  } finally {
    isOver = true
    await senders
  }
  return requests
}

async function expectCleanEnd(): Promise<void> {
  await untilEnded(fleet.database, { count: people })
  expect(new Set(accepted).size).toBe(people)
  expect(await audit({ accepted, database: fleet.database, simulator: fleet.simulatorLevers, redis: fleet.redisUrl })).toEqual(CLEAN)
}

const allAre = (status: string) => Object.fromEntries(APPS.map((app) => [app, status]))

describe('the fleet under PM2', () => {
  test('starts, and each app is online only once it has said that it is ready', async () => {
    await pm2('start', 'pm2.config.cjs')
    expect(await statuses()).toEqual(allAre('online'))
    expect((await fleet.reader.get('/health/ready')).status).toBe(200)
  })

  test('is reloaded under load, the API too, without losing a run or doing one twice; senders that try again lose nothing either', async () => {
    await post(LOAD)
    await waitUntil('a fifth has ended', async () => (await countEnded(fleet.database)) > LOAD / 5)
    const before = new Map((await list()).map(({ name, pid }) => [name, pid]))
    const requests = await sendMeanwhile(() => pm2('reload', 'pm2.config.cjs'))
    expect(await statuses()).toEqual(allAre('online'))
    expect((await list()).filter(({ name, pid }) => before.get(name) === pid)).toEqual([])
    expect(requests).toBeGreaterThan(SENDERS)
    await expectCleanEnd()
  })

  test('is stopped under load, every app with exit code 0, and goes on where it was once it is started again', async () => {
    const before = await countEnded(fleet.database)
    await post(LOAD)
    await waitUntil('some more have ended', async () => (await countEnded(fleet.database)) > before + LOAD / 5)
    await pm2('stop', 'pm2.config.cjs')
    const stopped = await list()
    expect(Object.fromEntries(stopped.map(({ name, pm2_env }) => [name, `${pm2_env.status} ${pm2_env.exit_code}`]))).toEqual(
      allAre('stopped 0'),
    )
    await pm2('start', 'pm2.config.cjs')
    await expectCleanEnd()
  })
})
