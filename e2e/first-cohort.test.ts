// docs/first-cohort.md, block by block, as a new operator types it.
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { environmentOfPorts, freePorts, REPOSITORY } from '@rollcall/scripts/fleet'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { waitUntil } from './support/wait-until.ts'

const page = await readFile(join(REPOSITORY, 'docs', 'first-cohort.md'), 'utf8')
const blocks = [...page.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block = '']) => block.trim())
const [start, doctor, breakIt, importIt, look, mend, replay, status] = blocks

let folder: string
let fleet: ChildProcess
let said = ''
let run: (block: string | undefined) => Promise<{ readonly code: number | null; readonly output: string }>

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollcall-first-cohort-'))
  const ports = await freePorts()
  const env = { ...process.env, ROLLCALL_DATA_DIR: folder, ...environmentOfPorts(ports) }
  const begin = (block: string) => {
    const here = block.replaceAll('.data/', `${folder}/`).replaceAll(':5010', `:${ports.simulator}`)
    return spawn('bash', ['-c', here], { cwd: REPOSITORY, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
  }
  fleet = begin(start ?? '')
  for (const stream of [fleet.stdout, fleet.stderr]) stream?.on('data', (chunk: Buffer) => (said += chunk.toString()))
  run = async (block) => {
    const child = begin(block ?? '')
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (output += chunk.toString()))
    const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
    return { code, output }
  }
  await waitUntil(
    'the fleet runs',
    async () => {
      if (fleet.exitCode !== null) throw new Error(`npm start ended with ${fleet.exitCode}: ${said}`)
      return said.includes('Ctrl-C drains')
    },
    { saying: () => said },
  )
})
afterAll(async () => {
  const ended = new Promise((resolve) => fleet.once('exit', resolve))
  if (fleet.pid !== undefined) process.kill(-fleet.pid, 'SIGINT')
  await ended
  await rm(folder, { recursive: true, force: true })
})

test('leads a new operator from nothing to a replayed cohort', async () => {
  expect(blocks).toHaveLength(8)
  let wellness = ''
  const isWell = async () => {
    const { code, output } = await run(doctor)
    wellness = output
    return code === 0
  }
  // A worker that is held up by its own start is told of for some seconds.
  await waitUntil('the doctor finds nothing', isWell, { saying: () => wellness })
  expect(wellness).toContain('All is well.')

  expect((await run(breakIt)).code).toBe(0)
  const imported = await run(importIt)
  expect(imported, imported.output).toMatchObject({ code: 1, output: expect.stringMatching(/failed +66\n +invalid +1\n/) })
  expect(await readFile(join(folder, 'result.csv'), 'utf8')).toContain('The directory refused the data of this request.')
  expect((await run(look)).output).toMatch(/account-create +DIRECTORY_REFUSED_DATA +66/)

  expect((await run(mend)).code).toBe(0)
  const replayed = await run(replay)
  expect(replayed, replayed.output).toMatchObject({ code: 0, output: expect.stringContaining('of 66 runs: 66 replayed, 0 refused') })
  await waitUntil('only the enrolment without its class is left', async () => {
    const { output } = await run(status)
    return output.includes('Under way: 1\n') && output.includes('AWAITING_RE_ENROLLMENT')
  })
  expect((await run(status)).output).toContain('Failed in the last day: none')
})
