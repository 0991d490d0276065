import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { overridesFromEnvironment } from './overrides-from-environment.ts'

test('takes what some app reads, and leaves the rest of the shell, ports and what is the fleet’s to choose', () => {
  const env = { LOG_LEVEL: 'warn', GRAPH_CLIENT_SECRET_FILE: '/run/secret', EDITOR: 'vi', API_PORT: '1', HOST: '0.0.0.0', GRAPH_DOMAIN: '' }
  expect(overridesFromEnvironment(env)).toEqual({ LOG_LEVEL: 'warn', GRAPH_CLIENT_SECRET_FILE: '/run/secret' })
})

test('reads what the fleet would else make itself from the file that names it, so that no app is told both', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-overrides-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  await writeFile(join(folder, 'key'), 'a key of their own\n')
  const env = { USERNAME_KEY_FILE: join(folder, 'key'), REDIS_URL: 'redis://127.0.0.1:1' }
  expect(overridesFromEnvironment(env)).toEqual({ USERNAME_KEY: 'a key of their own', REDIS_URL: 'redis://127.0.0.1:1' })
  expect(() => overridesFromEnvironment({ DATABASE_URL_FILE: join(folder, 'none') })).toThrow(/DATABASE_URL.*cannot be read/)
})
