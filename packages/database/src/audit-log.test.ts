import { auditOf, end, insert, newRun, requestOf, T0 } from '@rollcall/engine/testing/ledger-contract'
import { describe, expect, test } from 'vitest'
import { openForTest } from './testing/open-for-test.ts'
import { testDialects } from './testing/test-dialects.ts'

describe.each(testDialects)('the audit log over $dialect', (dialect) => {
  test('answers what was done to a thing, newest first', async () => {
    const { audit } = await openForTest(dialect)
    const entries = [1, 2, 3].map((minute) => ({ ...auditOf('r-1'), at: T0 + minute }))
    for (const entry of [...entries, auditOf('r-2')]) await audit.append(entry)
    expect(await audit.list({ targetType: 'run', targetId: 'r-1', limit: 2 })).toEqual(entries.toReversed().slice(0, 2))
  })

  test('holds the order that began a run, once however often the request comes', async () => {
    const { ledger, audit } = await openForTest(dialect)
    const run = newRun()
    const order = { groupUuid: run.groupUuid, request: requestOf(), runs: [run], audit: auditOf(run.uuid) }
    await ledger.accept(order)
    await ledger.accept({ ...order, audit: auditOf(run.uuid) })
    expect(await audit.list({ targetType: 'run', targetId: run.uuid, limit: 10 })).toEqual([order.audit])
  })

  test('holds one row for a cancelled and one for a replayed run, and none for an order that changed nothing', async () => {
    const { ledger, audit } = await openForTest(dialect)
    const run = newRun()
    await insert({ ledger }, run)
    const orders = [auditOf(run.uuid), auditOf(run.uuid), auditOf(run.uuid), auditOf(run.uuid)] as const
    const [cancel, cancelAgain, replay, replayAgain] = orders

    for (const entry of [cancel, cancelAgain]) await ledger.requestCancel({ uuid: run.uuid, at: T0, audit: entry })
    await ledger.commit([end(run)])
    const [event] = end(run).events
    if (!event) throw new Error('An ending has an event.')
    for (const entry of [replay, replayAgain])
      await ledger.replay({
        uuid: run.uuid,
        expectedVersion: 2,
        state: 'FIRST',
        input: {},
        liveKey: run.liveKey,
        subjectName: run.subjectName,
        scopeId: run.scopeId,
        at: T0,
        event: { ...event, id: entry.id },
        audit: entry,
      })

    const rows = await audit.list({ targetType: 'run', targetId: run.uuid, limit: 10 })
    expect(rows.map(({ id }) => id).sort()).toEqual([cancel.id, replay.id])
  })
})
