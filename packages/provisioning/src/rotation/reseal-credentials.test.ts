import { expect, test } from 'vitest'
import type { Credentials, SealedCredential } from '../ports/credentials.ts'
import type { RotatingSealer } from '../ports/sealer.ts'
import { countSealedByKey, resealCredentials } from './reseal-credentials.ts'

/** `<key>|<context>|<plain>`: opens under the keys that it has. */
function sealerWith(...keyIds: [string, ...string[]]): RotatingSealer {
  return {
    keyIds,
    keyIdOf: (sealed) => sealed.split('|')[0] ?? null,
    seal: ({ plain, context }) => [keyIds[0], context, plain].join('|'),
    open({ sealed, context }) {
      const [keyId = '', sealedContext, plain = ''] = sealed.split('|')
      if (!keyIds.includes(keyId) || sealedContext !== context) throw new Error('This sealer cannot open that.')
      return plain
    },
  }
}

function credentialsOf(count: number, keyIdOf: (index: number) => string) {
  const rows = Array.from({ length: count }, (_, index): SealedCredential => {
    const personId = `p${String(index).padStart(5, '0')}`
    const sealedPassword = sealerWith(keyIdOf(index)).seal({ plain: `secret-${index}`, context: `initial-password:student:${personId}` })
    return { personId, kind: 'student', createdAt: Math.floor(index / 3), sealedPassword }
  })
  const store: Pick<Credentials, 'listSealed' | 'reseal'> = {
    async listSealed({ after, limit }) {
      const from = after ? rows.findIndex(({ personId }) => personId === after.personId) + 1 : 0
      return rows.slice(from, from + limit)
    },
    async reseal(changes) {
      const applied = changes.filter((change) => rows.some((row) => row.sealedPassword === change.sealedPassword))
      for (const { personId, sealedPassword, resealed } of applied) {
        const index = rows.findIndex((row) => row.personId === personId && row.sealedPassword === sealedPassword)
        const row = rows[index]
        if (row) rows[index] = { ...row, sealedPassword: resealed }
      }
      return applied.length
    },
  }
  return { rows, store }
}

test('everything ends under the first key, opens as before, and a second time there is nothing to do', async () => {
  const { rows, store } = credentialsOf(1_203, (index) => (index % 3 === 0 ? 'new' : 'old'))
  const sealer = sealerWith('new', 'old')
  const seen: number[] = []

  const counts = await resealCredentials({ credentials: store, sealer, onBatch: ({ looked }) => seen.push(looked) })

  expect(counts).toEqual({ looked: 1_203, resealed: 802, current: 401, changed: 0, unreadable: 0 })
  expect(seen).toEqual([500, 1_000, 1_203])
  expect(await countSealedByKey({ credentials: store, sealer })).toEqual(
    new Map([
      ['new', 1_203],
      ['old', 0],
    ]),
  )
  const [, second] = rows
  expect(second && sealer.open({ sealed: second.sealedPassword, context: 'initial-password:student:p00001' })).toBe('secret-1')
  expect(await resealCredentials({ credentials: store, sealer })).toMatchObject({ resealed: 0, current: 1_203 })
})

test('what no configured key opens stays as it is and is counted, by its own key', async () => {
  const { rows, store } = credentialsOf(4, (index) => (index === 2 ? 'lost' : 'old'))
  const before = rows[2]
  const sealer = sealerWith('new', 'old')

  expect(await resealCredentials({ credentials: store, sealer })).toMatchObject({ resealed: 3, unreadable: 1 })
  expect(rows[2]).toEqual(before)
  expect(Object.fromEntries(await countSealedByKey({ credentials: store, sealer }))).toEqual({ new: 3, old: 0, lost: 1 })
})

test('what was collected meanwhile is left alone', async () => {
  const { store } = credentialsOf(3, () => 'old')
  const credentials = { ...store, reseal: async () => 2 }
  expect(await resealCredentials({ credentials, sealer: sealerWith('new', 'old') })).toMatchObject({ resealed: 2, changed: 1 })
})

test('a rotation that is told to stop stops before the next batch', async () => {
  const { rows, store } = credentialsOf(1_000, () => 'old')
  const stop = new AbortController()
  const rotating = resealCredentials({
    credentials: store,
    sealer: sealerWith('new', 'old'),
    onBatch: () => stop.abort(new Error('told to stop')),
    signal: stop.signal,
  })
  await expect(rotating).rejects.toThrow('told to stop')
  expect(rows.filter(({ sealedPassword }) => sealedPassword.startsWith('new'))).toHaveLength(500)
})
