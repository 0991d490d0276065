import { createRequire } from 'node:module'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { APP_SCHEMAS } from './fleet/app-schemas.ts'

const Config = z.object({ apps: z.array(z.object({ name: z.string(), filter_env: z.array(z.string()) })) })
const { apps } = Config.parse(createRequire(import.meta.url)('../pm2.config.cjs'))
/** Said to everything that runs on a machine, not to us alone. */
const COMMON = ['NODE_ENV', 'HOST']

test('no process under PM2 inherits a setting from the shell: it would go before the file’s, and tell secrets to those who need none', () => {
  const settings = Object.entries(APP_SCHEMAS).flatMap(([app, { shape }]) => (app === 'simulators' ? [] : Object.keys(shape)))
  const ours = [...new Set(settings)].filter((name) => !COMMON.includes(name)).flatMap((name) => [name, `${name}_FILE`])
  expect(ours).toContain('USERNAME_KEY')
  // PM2 leaves out each variable whose name contains one of these.
  for (const { name, filter_env } of apps)
    expect([name, ...ours.filter((setting) => !filter_env.some((part) => setting.includes(part)))]).toEqual([name])
})
