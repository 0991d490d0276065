import { testRedis } from '@rollcall/platform/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { RunCommand } from '../test-support/create-test-cli.ts'
import { type ServedApi, startServedApi } from '../test-support/start-served-api.ts'

const redis = testRedis()

let api: ServedApi
let rollcall: RunCommand
beforeEach(async () => {
  api = await startServedApi({ redisUrl: redis.url })
  rollcall = api.cli({ as: 'operator' })
})
afterEach(() => api.close())

async function reserved(personId: string, daysAgo: number): Promise<void> {
  const reservedAt = new Date(api.clock.now() - daysAgo * 86_400_000)
  await api.database.prisma.usernameReservation.create({
    data: {
      username: `elitsa.primerova${personId}`,
      personId,
      kind: 'student',
      reservedAt,
      unfinishedSince: reservedAt,
      ownerKey: `${personId}|student`,
    },
  })
}

describe('rollcall unfinished', () => {
  test('lists who waits longest first, without the username', async () => {
    await reserved('0100231', 3)
    await reserved('0100232', 12)
    const { code, out } = await rollcall('unfinished', 'list')
    expect(code).toBe(0)
    expect(out).toMatch(/0100232 {2}student {2}12 d[\s\S]*0100231 {2}student {2}3 d/)
    const some = await rollcall('unfinished', 'list', '--limit', '1', '--json')
    expect(some.json()).toMatchObject({ accounts: [{ personId: '0100232', lastRun: null }], nextCursor: expect.any(String) })
    expect(((await rollcall('unfinished', 'list', '--all', '--json')).json() as { accounts: unknown[] }).accounts).toHaveLength(2)
    expect(out + some.out).not.toContain('elitsa')
    const older = await rollcall('unfinished', 'list', '--older-than', new Date(api.clock.now() - 20 * 86_400_000).toISOString())
    expect(older).toMatchObject({ code: 0, out: '', err: 'No name is reserved for an account that does not stand.' })
  })

  test('releases one by a run that can be followed', async () => {
    await reserved('0100231', 3)
    const { code, out } = await rollcall('unfinished', 'release', '0100231', 'student', '--reason', 'Moved abroad.')
    expect(out).toMatch(/^The run \S+ looks for the account for some minutes and then releases the name\./)
    expect(code).toBe(0)
    expect(await api.database.prisma.run.count({ where: { process: 'release-reservation' } })).toBe(1)
    const none = await rollcall('unfinished', 'release', '0100999', 'student', '--reason', 'x')
    expect(none).toMatchObject({ code: 1, err: expect.stringContaining('(UNFINISHED_NOT_FOUND)') })
    expect((await rollcall('unfinished', 'release', '0100231', 'parent', '--reason', 'x')).code).toBe(2)
  })
})
