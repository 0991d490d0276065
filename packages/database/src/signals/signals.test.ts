import { auditOf, end, insert, newId, newRun, T0 } from '@rollcall/engine/testing/ledger-contract'
import { describeSignalsContract } from '@rollcall/engine/testing/signals-contract'
import { describe, expect, test } from 'vitest'
import { openForTest } from '../testing/open-for-test.ts'
import { testDialects } from '../testing/test-dialects.ts'

for (const { dialect, open } of testDialects)
  describeSignalsContract({
    name: `the signals over ${dialect}`,
    async open() {
      const { database, cleanup } = await open()
      return { ledger: database.ledger, signals: database.signals, close: cleanup }
    },
  })

describe.each(testDialects)('signals over $dialect', (dialect) => {
  test('leave an audit row each, and none where nothing was sent', async () => {
    const database = await openForTest(dialect)
    const run = newRun()
    await insert(database, run)
    const { uuid: runUuid } = run
    const signal = { runUuid, name: 'approval', outcome: 'approved', payload: {}, sentBy: 'operator', sentAt: T0, sentTo: 1 }
    const send = (senderKey: string, expectedVersion = 1) => {
      const audit = { ...auditOf(runUuid), action: 'run.signal', details: { key: senderKey } }
      return database.signals.send({ ...signal, id: newId(), senderKey, expectedVersion, audit })
    }
    expect(await send('a')).toBe('sent')
    expect(await send('a')).toBe('repeated')
    expect(await send('b')).toBe('answered')
    expect(await send('c', 7)).toBe('changed')
    const rows = await database.audit.list({ targetType: 'run', targetId: runUuid, limit: 10 })
    expect(rows).toMatchObject([{ action: 'run.signal', actor: 'operator', details: { key: 'a' } }])
  })

  test('go with their run, to the archive or with the person whom it was about, and with no other one', async () => {
    const database = await openForTest(dialect)
    const [archived, live, erased] = [newRun(), newRun({ subjectId: 'p2' }), newRun({ subjectId: 'p3', createdAt: T0 + 5 })]
    await insert(database, archived, live, erased)
    for (const { uuid: runUuid } of [archived, live, erased]) {
      const signal = { runUuid, name: 'approval', senderKey: 'k', outcome: 'approved', payload: { note: 'of hers' }, sentBy: 'operator' }
      await database.signals.send({ ...signal, id: newId(), sentAt: T0, sentTo: 1, expectedVersion: 1, audit: auditOf(runUuid) })
    }
    const left = async () => (await database.prisma.runSignal.findMany({ orderBy: { id: 'asc' } })).map(({ runUuid }) => runUuid)
    await database.ledger.commit([end(archived), end(erased)])

    await database.archive.move({ status: 'failed', endedBefore: T0 + 9e9, exceptProcess: 'canary', archivedAt: T0, after: null, limit: 1 })
    expect(await left()).toEqual([live.uuid, erased.uuid])

    const audit = {
      id: newId(),
      at: T0,
      actor: 'ada',
      action: 'person.erase',
      targetType: 'person',
      targetId: 'p3',
      reason: 'asked',
      details: {},
    }
    expect(await database.persons.erase({ personId: 'p3', accountsRemoved: true, audit })).toMatchObject({ kind: 'erased' })
    expect(await left()).toEqual([live.uuid])
  })
})
