import type { AuditEntry, Closure } from '@rollcall/engine'
import { newId, T0 } from '@rollcall/engine/testing/ledger-contract'
import { describe, expect, test } from 'vitest'
import { openForTest } from './testing/open-for-test.ts'
import { testDialects } from './testing/test-dialects.ts'

const graph: Closure = {
  resource: 'graph',
  errorCode: 'DIRECTORY_FORBIDDEN',
  cause: 'Three runs were refused.',
  closedAt: T0,
  closedBy: 'worker-create',
}

const auditOf = (action: string): AuditEntry => ({
  id: newId(),
  at: T0,
  actor: 'operator',
  action,
  targetType: 'resource',
  targetId: 'graph',
  reason: 'Licences were bought.',
  details: { потвърдено: true },
})

describe.each(testDialects)('closures over $dialect', (dialect) => {
  test('stand until they are lifted, with their cause', async () => {
    const { closures } = await openForTest(dialect)
    expect(await closures.close(graph, null)).toBe(true)
    expect(await closures.close({ ...graph, errorCode: 'OTHER' }, null)).toBe(false)
    expect(await closures.list()).toEqual([graph])

    expect(await closures.reopen({ resource: 'graph', at: T0 + 5, by: 'operator', audit: null })).toEqual(graph)
    expect(await closures.reopen({ resource: 'graph', at: T0 + 6, by: 'operator', audit: null })).toBeNull()
    expect(await closures.list()).toEqual([])

    const again = { ...graph, closedAt: T0 + 7 }
    expect(await closures.close(again, null)).toBe(true)
    expect(await closures.list()).toEqual([again])
  })

  test('are made once when 20 workers find the fault at once', async () => {
    const { closures } = await openForTest(dialect)
    const closed = await Promise.all(Array.from({ length: 20 }, (_, index) => closures.close({ ...graph, closedBy: `w${index}` }, null)))
    expect(closed.filter(Boolean)).toHaveLength(1)
  })

  test('leave an audit row for each change that was made, and none for one that was not', async () => {
    const { closures, audit } = await openForTest(dialect)
    const [close, reopen] = [auditOf('resource.close'), auditOf('resource.reopen')]
    await closures.close(graph, close)
    await closures.close(graph, auditOf('resource.close'))
    await closures.reopen({ resource: 'graph', at: T0, by: 'operator', audit: reopen })
    await closures.reopen({ resource: 'graph', at: T0, by: 'operator', audit: auditOf('resource.reopen') })
    const rows = await audit.list({ targetType: 'resource', targetId: 'graph', limit: 10 })
    expect(rows.toSorted((a, b) => (a.id < b.id ? -1 : 1))).toEqual([close, reopen])
  })
})
