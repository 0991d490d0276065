import { randomBytes } from 'node:crypto'
import { createTestDatabase, type TestDatabase } from '@rollcall/database/testing'
import { createSealer, sealingKeysSetting } from '@rollcall/platform'
import { passwordContext } from '@rollcall/provisioning'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createTestCli } from '../test-support/create-test-cli.ts'

const [OLD, NEW] = ['old', 'new'].map((id) => `${id}:${randomBytes(32).toString('base64')}`)
const PASSWORD = 'Nobody-knows-7'
const reason = ['--reason', 'yearly rotation']

let database: TestDatabase
beforeEach(async () => {
  database = await createTestDatabase()
  const sealer = createSealer({ keys: sealingKeysSetting.parse(OLD) })
  for (const personId of ['1', '2']) {
    const sealedPassword = sealer.seal({ plain: PASSWORD, context: passwordContext({ personId, kind: 'student' }) })
    await database.database.prisma.credential.create({ data: { personId, kind: 'student', sealedPassword, createdAt: new Date() } })
  }
})
afterEach(() => database.cleanup())

const rollcall = (keys: string, ...args: readonly string[]) =>
  createTestCli({ env: { DATABASE_URL: database.url, CREDENTIAL_KEYS: keys }, database: database.database })('credentials', ...args)

describe('rollcall credentials', () => {
  test('keys counts what each key has sealed, and tells which one is missing', async () => {
    const fine = await rollcall(`${NEW},${OLD}`, 'keys', '--json')
    expect(fine.code).toBe(0)
    expect(fine.json()).toEqual({
      keys: [
        { keyId: 'new', sealed: 0, state: 'first' },
        { keyId: 'old', sealed: 2, state: 'known' },
      ],
    })
    const missing = await rollcall(`${NEW}`, 'keys')
    expect(missing).toMatchObject({ code: 1, out: expect.stringMatching(/old {6,}2 {2}NOT in CREDENTIAL_KEYS/) })
  })

  test('rotate seals everything anew with the first key, under audit, and can be begun again', async () => {
    const { code, out } = await rollcall(`${NEW},${OLD}`, 'rotate', ...reason)
    expect({ code, out }).toEqual({ code: 0, out: '2 sealed anew, 0 were under the first key already, 0 changed meanwhile.' })
    const counts = await rollcall(`${NEW},${OLD}`, 'keys', '--json')
    expect(counts.json()).toMatchObject({
      keys: [
        { keyId: 'new', sealed: 2 },
        { keyId: 'old', sealed: 0 },
      ],
    })
    expect(await database.database.prisma.auditLog.findMany()).toMatchObject([
      { action: 'credential.rotate', targetId: 'new', reason: 'yearly rotation', actor: 'operator (command line)' },
    ])
    expect((await rollcall(`${NEW},${OLD}`, 'rotate', ...reason)).out).toContain('0 sealed anew, 2 were under the first key already')
    expect(out).not.toContain(PASSWORD)
  })

  test('rotate leaves what it cannot open, and says so', async () => {
    const { code, out } = await rollcall(`${NEW}`, 'rotate', ...reason)
    expect(code).toBe(1)
    expect(out).toContain('2 could not be opened')
    expect((await rollcall(`${OLD}`, 'keys', '--json')).json()).toMatchObject({ keys: [{ keyId: 'old', sealed: 2 }] })
  })

  test('lost lists every account that was adopted with a password of its own, however many there are', async () => {
    const at = Date.UTC(2026, 8, 1, 10)
    const adopted = Array.from({ length: 2_500 }, (_, index) => ({
      ...{ personId: `lost-${index}`, kind: 'student', erasedBecause: 'notOurs' },
      ...{ createdAt: new Date(at), erasedAt: new Date(at + (index % 7)) },
    }))
    await database.database.prisma.credential.createMany({ data: adopted })
    const { code, json } = await rollcall(`${OLD}`, 'lost', '--since', '2026-09-01T09:50:00Z', '--json')
    const { accounts } = json() as { readonly accounts: readonly { readonly personId: string }[] }
    expect(code).toBe(0)
    expect(accounts).toHaveLength(adopted.length)
    expect(new Set(accounts.map(({ personId }) => personId))).toEqual(new Set(adopted.map(({ personId }) => personId)))
  })

  test('refuses keys that are none, without quoting them', async () => {
    const { code, err } = await rollcall('secret-but-wrong', 'keys')
    expect(code).toBe(2)
    expect(err).toContain('CREDENTIAL_KEYS: entry 1 is not id:key')
    expect(err).not.toContain('secret-but-wrong')
  })
})
