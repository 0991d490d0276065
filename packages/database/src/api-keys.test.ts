import { auditOf, newId, T0 } from '@rollcall/engine/testing/ledger-contract'
import { describe, expect, test } from 'vitest'
import type { NewApiKey } from './api-keys.ts'
import { openForTest } from './testing/open-for-test.ts'
import { testDialects } from './testing/test-dialects.ts'

function newKey(overrides: Partial<NewApiKey> = {}): NewApiKey {
  const id = newId()
  return {
    id,
    name: `key ${id}`,
    hash: id.replaceAll('-', '').repeat(2),
    role: 'upstream',
    createdAt: T0,
    createdBy: 'admin',
    expiresAt: null,
    ...overrides,
  }
}

describe.each(testDialects)('API keys over $dialect', (dialect) => {
  test('are found by their hash, which is never answered', async () => {
    const { apiKeys } = await openForTest(dialect)
    const { hash, ...key } = newKey({ role: 'operator' })
    await apiKeys.create({ ...key, hash }, null)
    expect(await apiKeys.findActive({ hash, at: T0 })).toEqual({ ...key, revokedAt: null })
    expect(await apiKeys.findActive({ hash: 'f'.repeat(64), at: T0 })).toBeNull()
  })

  test('stop at their expiry and when they are revoked', async () => {
    const { apiKeys } = await openForTest(dialect)
    const key = newKey({ expiresAt: T0 + 10 })
    await apiKeys.create(key, null)
    expect(await apiKeys.findActive({ hash: key.hash, at: T0 + 9 })).not.toBeNull()
    expect(await apiKeys.findActive({ hash: key.hash, at: T0 + 10 })).toBeNull()

    expect(await apiKeys.revoke({ id: key.id, at: T0 + 1, audit: null })).toBe(true)
    expect(await apiKeys.revoke({ id: key.id, at: T0 + 2, audit: null })).toBe(false)
    expect(await apiKeys.findActive({ hash: key.hash, at: T0 + 3 })).toBeNull()
    expect(await apiKeys.list()).toMatchObject([{ id: key.id, revokedAt: T0 + 1 }])
  })

  test('have names of their own', async () => {
    const { apiKeys } = await openForTest(dialect)
    expect(await apiKeys.create(newKey({ name: 'school board' }), null)).toBe(true)
    expect(await apiKeys.create(newKey({ name: 'school board' }), null)).toBe(false)
    expect(await apiKeys.list()).toHaveLength(1)
  })

  test.each(['push:registrations', 'schedule:userStatusSync', 'Push:anything'])(
    'have none that callers without a key have: %s',
    async (name) => {
      const { apiKeys } = await openForTest(dialect)
      await expect(apiKeys.create(newKey({ name }), null)).rejects.toThrow('is no name for an API key')
      expect(await apiKeys.list()).toEqual([])
    },
  )

  test('leave an audit row when they are made and when they are revoked', async () => {
    const { apiKeys, audit } = await openForTest(dialect)
    const key = newKey()
    await apiKeys.create(key, auditOf(key.id))
    await apiKeys.create(key, auditOf(key.id))
    await apiKeys.revoke({ id: key.id, at: T0, audit: auditOf(key.id) })
    await apiKeys.revoke({ id: key.id, at: T0, audit: auditOf(key.id) })
    expect(await audit.list({ targetType: 'run', targetId: key.id, limit: 10 })).toHaveLength(2)
  })

  test('with a role that this release does not know give no access', async () => {
    const { apiKeys, prisma } = await openForTest(dialect)
    const key = newKey()
    await apiKeys.create(key, null)
    await prisma.apiKey.update({ where: { id: key.id }, data: { role: 'root' } })
    await expect(apiKeys.findActive({ hash: key.hash, at: T0 })).rejects.toThrow(
      'The ApiKey table holds the role "root"; expected one of upstream, service, reader, operator, admin.',
    )
  })
})
