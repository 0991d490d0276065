import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { createTestDatabase } from '@rollcall/database/testing'
import { expect, onTestFinished, test } from 'vitest'

const SEED = join(import.meta.dirname, 'seed.ts')

/** As somebody types it. */
async function seed(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const { url, database, cleanup } = await createTestDatabase()
  onTestFinished(cleanup)
  const ended = await new Promise<{ readonly code: unknown; readonly stderr: string }>((resolve) => {
    const options = { env: { PATH: process.env.PATH, DATABASE_URL: url, NODE_ENV: 'test', ...env } }
    execFile(process.execPath, [SEED, ...args], options, (error, _stdout, stderr) => resolve({ code: error?.code ?? 0, stderr }))
  })
  return { ...ended, made: (await database.prisma.registration.count()) + (await database.prisma.organisationAccount.count()) }
}

test('makes registrations, and an account with each where that is asked for', async () => {
  const { code, made } = await seed(['--count', '10', '--accounts', '--changed', '0.5'])
  expect(code).toBe(0)
  expect(made).toBeGreaterThanOrEqual(20)
})

test('refuses production, whatever it is asked, and makes nothing', async () => {
  const { code, made, stderr } = await seed(['--count', '10', '--accounts'], { NODE_ENV: 'production' })
  expect([code, made]).toEqual([1, 0])
  expect(stderr).toContain('Invented organisations have no place in production.')
})

test.each([
  ['--changed', '1.5', 'Expected a number from 0 to 1.'],
  ['--changed', '', 'Expected a number from 0 to 1.'],
  ['--count', '0', '--count takes a whole number from 1 to 10000000.'],
])('refuses %s %o, says what it expected, and makes nothing', async (option, value, expected) => {
  const { code, made, stderr } = await seed(['--accounts', `${option}=${value}`])
  expect([code, made]).toEqual([1, 0])
  expect(stderr).toContain(`error: option '${option}`)
  expect(stderr).toContain(expected)
})
