import { DriverAdapterError } from '@prisma/driver-adapter-utils'
import { describe, expect, test } from 'vitest'
import { createKeyFingerprints, type KeyFingerprint } from './key-fingerprints.ts'
import { createSqlServerClient } from './open-client.ts'
import { openForTest } from './testing/open-for-test.ts'
import { createRecordingDriver } from './testing/recording-driver.ts'
import { testDialects } from './testing/test-dialects.ts'

const T0 = Date.UTC(2026, 0, 5)

function aFingerprint(fingerprint: string): KeyFingerprint {
  return { setting: 'USERNAME_KEY', fingerprint, recordedAt: T0, recordedBy: 'test' }
}

const audit = {
  id: 'a-1',
  at: T0,
  actor: 'operator',
  action: 'usernameKey.exchange',
  targetType: 'key',
  targetId: 'USERNAME_KEY',
  reason: 'leaked',
  details: {},
}

describe.each(testDialects)('the fingerprint of a key over $dialect', (dialect) => {
  test('is the first one that was recorded, whoever comes later with another', async () => {
    const { keyFingerprints } = await openForTest(dialect)
    expect(await keyFingerprints.find('USERNAME_KEY')).toBeNull()
    expect(await keyFingerprints.keep(aFingerprint('one'))).toEqual(aFingerprint('one'))
    expect(await keyFingerprints.keep(aFingerprint('two'))).toEqual(aFingerprint('one'))
    expect(await keyFingerprints.find('USERNAME_KEY')).toEqual(aFingerprint('one'))
  })

  test('is one and the same for ten that record their own at once', async () => {
    const { keyFingerprints } = await openForTest(dialect)
    const kept = await Promise.all(Array.from({ length: 10 }, (_, index) => keyFingerprints.keep(aFingerprint(`key-${index}`))))
    expect(new Set(kept.map(({ fingerprint }) => fingerprint)).size).toBe(1)
    expect(await keyFingerprints.find('USERNAME_KEY')).toEqual(kept[0])
  })

  test('is exchanged under audit, and only by whoever has seen the one that stands', async () => {
    const { audit: log, keyFingerprints } = await openForTest(dialect)
    await keyFingerprints.keep(aFingerprint('one'))
    expect(await keyFingerprints.exchange({ from: 'other', to: aFingerprint('two'), audit })).toBe(false)
    expect(await log.list({ targetType: 'key', targetId: 'USERNAME_KEY', limit: 9 })).toEqual([])
    expect(await keyFingerprints.exchange({ from: 'one', to: aFingerprint('two'), audit })).toBe(true)
    expect(await keyFingerprints.find('USERNAME_KEY')).toEqual(aFingerprint('two'))
    expect(await log.list({ targetType: 'key', targetId: 'USERNAME_KEY', limit: 9 })).toEqual([audit])
  })
})

test('two that start at once see none, and the one whose row comes second is told the first one’s', async () => {
  let looks = 0
  const row = { setting: 'USERNAME_KEY', fingerprint: 'one', recordedAt: new Date(T0).toISOString(), recordedBy: 'test' }
  const { factory } = createRecordingDriver(({ sql }) => {
    if (sql.includes('INSERT'))
      throw new DriverAdapterError({ kind: 'UniqueConstraintViolation', constraint: { index: 'KeyFingerprint_pkey' } })
    return sql.includes('FROM [dbo].[KeyFingerprint]') && ++looks > 1 ? [row] : []
  })
  const prisma = await createSqlServerClient({ adapter: factory })
  expect(await createKeyFingerprints(prisma).keep(aFingerprint('two'))).toMatchObject({ fingerprint: 'one' })
  await prisma.$disconnect()
})
