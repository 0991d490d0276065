import { directoryCall } from '@rollcall/provisioning/testing'
import { beforeEach, describe, expect, test } from 'vitest'
import { makeCheckAccess } from './check-access.ts'
import { closedPort } from './testing/closed-port.ts'
import { testGraph } from './testing/test-graph.ts'

const graph = testGraph()
const SKU = '94763226-9b3c-4e75-a931-5c89701abe66'
const call = directoryCall()

beforeEach(() => graph.simulator.reset())

async function sentences(overrides?: Readonly<Record<string, string>>): Promise<{ ok: boolean; says: readonly string[] }> {
  const { ok, findings } = await graph.directory(overrides).checkAccess(call)
  // The port is another one every time.
  return { ok, says: findings.map(({ says }) => says.replaceAll(/localhost:\d+/g, 'localhost')) }
}

describe('checking our access', () => {
  test('says what our application may do, and writes nothing', async () => {
    expect(await sentences({ GRAPH_LICENCE_SKU_STUDENT: SKU })).toMatchInlineSnapshot(`
      {
        "ok": true,
        "says": [
          "https://localhost gave us a token.",
          "Our application may read schools and classes (EduRoster.ReadWrite.All).",
          "Our application may read users (User.Read.All).",
          "Our application may read licences (LicenseAssignment.Read.All).",
        ],
      }
    `)
    expect(graph.simulator.counters().writes).toBe(0)
  })

  test.each([
    ['wrong tenant', { GRAPH_TENANT_ID: '00000000-0000-4000-8000-00000000dead' }, 'GRAPH_TENANT_ID'],
    ['unknown application', { GRAPH_CLIENT_ID: '00000000-0000-4000-8000-00000000dead' }, 'GRAPH_CLIENT_ID'],
    ['wrong secret', { GRAPH_CLIENT_SECRET: 'wrong' }, 'GRAPH_CLIENT_SECRET'],
  ])('names what to change: %s', async (_, overrides, named) => {
    const { ok, says } = await sentences(overrides)
    expect(ok).toBe(false)
    expect(says.join(' ')).toContain(named)
  })

  test.each([
    ['the authority', 'GRAPH_AUTHORITY_HOST', 'check GRAPH_AUTHORITY_HOST'],
    ['Graph', 'GRAPH_BASE_URL', 'cannot be reached'],
  ])('says once that %s cannot be reached', async (_, variable, named) => {
    const { ok, says } = await sentences({ [variable]: `https://localhost:${await closedPort()}` })
    expect(ok).toBe(false)
    expect(says.filter((sentence) => sentence.includes(named))).toHaveLength(1)
  })

  test('names the permission that a read shows to be missing', async () => {
    graph.simulator.addFault({ match: { pathPattern: '/education/schools' }, fault: { kind: 'forbidden' } })
    const { ok, says } = await sentences()
    expect(ok).toBe(false)
    expect(says).toContain(
      'Our application may not read schools and classes (EduRoster.ReadWrite.All): grant that application permission and give admin consent.',
    )
  })

  test('says so when Graph refuses the token that the authority gave', async () => {
    graph.simulator.addFault({ fault: { kind: 'expireTokens' } })
    expect((await sentences()).says).toContain(
      'Graph does not accept our token: check that GRAPH_BASE_URL and GRAPH_AUTHORITY_HOST belong to the same cloud.',
    )
  })

  test('names the permissions that a readable token lacks, which a read cannot show', async () => {
    const token = `x.${Buffer.from(JSON.stringify({ roles: ['EduRoster.Read.All', 'Directory.Read.All'] })).toString('base64url')}.y`
    const tokens = { get: () => Promise.resolve(token), refuse: () => undefined }
    const send = () => Promise.resolve({ kind: 'success', status: 200, body: {}, where: '' } as const)
    const check = makeCheckAccess({ tokens, send, config: graph.config({ GRAPH_LICENCE_SKU_TEACHER: SKU }) })
    const { findings } = await check(call)
    expect(findings.filter(({ ok }) => !ok).map(({ says }) => says)).toEqual([
      'Our application lacks the permission EduRoster.ReadWrite.All: grant it and give admin consent.',
      'Our application lacks the permission User.RevokeSessions.All: grant it and give admin consent.',
      'Our application lacks the permission User.ReadWrite.All: grant it and give admin consent.',
    ])
  })
})
