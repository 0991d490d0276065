import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { connectionFile, findSettings, removeConnectionFile, writeConnectionFile } from './connection-file.ts'

const settings = { ROLLCALL_API_URL: 'http://127.0.0.1:5000', ROLLCALL_API_KEY: 'rk_a_file', DATABASE_URL: 'file:/fleet/rollcall.db' }

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollcall-connection-'))
})
afterEach(() => rm(folder, { recursive: true }))

describe('the connection file', () => {
  test('is readable by its owner only, even where another one stood', async () => {
    await writeFile(connectionFile({ ROLLCALL_DATA_DIR: folder }), 'old', { mode: 0o644 })
    const file = await writeConnectionFile({ folder, settings })
    expect((await stat(file)).mode & 0o777).toBe(0o600)
  })

  test('tells where the fleet is, whatever else the environment says', async () => {
    const file = await writeConnectionFile({ folder, settings })
    const env = { ROLLCALL_DATA_DIR: folder, NODE_EXTRA_CA_CERTS: '/etc/office.pem' }
    expect(await findSettings(env)).toEqual({ env: { ...env, ...settings }, file })
  })

  test('gives way to a key of the caller’s own', async () => {
    await writeConnectionFile({ folder, settings })
    const { env } = await findSettings({ ROLLCALL_DATA_DIR: folder, ROLLCALL_API_KEY: 'rk_r_mine' })
    expect(env).toMatchObject({ ...settings, ROLLCALL_API_KEY: 'rk_r_mine' })
    const { env: fromFile } = await findSettings({ ROLLCALL_DATA_DIR: folder, ROLLCALL_API_KEY_FILE: '/run/secrets/key' })
    expect(fromFile).not.toHaveProperty('ROLLCALL_API_KEY')
  })

  test.each(['ROLLCALL_API_URL', 'DATABASE_URL', 'REDIS_URL', 'DATABASE_URL_FILE'])(
    'is not used where %s names a fleet: two are never mixed',
    async (name) => {
      await writeConnectionFile({ folder, settings })
      const env = { ROLLCALL_DATA_DIR: folder, [name]: 'of another fleet' }
      expect(await findSettings(env)).toEqual({ env, file: null })
    },
  )

  test('may be missing, and is gone once the fleet has stopped', async () => {
    const env = { ROLLCALL_DATA_DIR: folder }
    await writeConnectionFile({ folder, settings })
    await removeConnectionFile(folder)
    expect(await findSettings(env)).toEqual({ env, file: null })
  })

  test('is refused where it holds something else, without quoting it', async () => {
    await writeFile(connectionFile({ ROLLCALL_DATA_DIR: folder }), '{"ROLLCALL_API_KEY": 7}')
    await expect(findSettings({ ROLLCALL_DATA_DIR: folder })).rejects.toThrow(/is not what `npm start` writes\. Remove it/)
  })
})
