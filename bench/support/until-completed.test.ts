import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createTestDatabase, type TestDatabase } from '@rollcall/database/testing'
import { type AppProcess, freePorts, simulatorSettings, startApp } from '@rollcall/scripts/fleet'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { untilCompleted } from './until-completed.ts'

let folder: string
let database: TestDatabase
let simulator: AppProcess
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollcall-bench-test-'))
  await mkdir(join(folder, 'logs'))
  database = await createTestDatabase()
  const env = simulatorSettings({ folder, ports: await freePorts(), overrides: {} })
  simulator = await startApp({ name: 'simulator', app: 'simulators', env, logFolder: join(folder, 'logs') })
})
afterEach(async () => {
  await simulator.kill()
  await database.cleanup()
  await rm(folder, { recursive: true })
})

const bench = () => ({ fleet: { started: [], app: () => simulator }, database: database.database })

test('a measurement ends with an error once the simulator has ended, and does not wait for accounts that nobody makes', async () => {
  await expect(untilCompleted(bench(), 0)).resolves.toBeUndefined()
  const waiting = untilCompleted(bench(), 1)
  await Promise.all([
    expect(waiting).rejects.toThrowErrorMatchingInlineSnapshot(`[Error: Ended while it was needed: simulator. Nothing was measured.]`),
    simulator.kill(),
  ])
})
