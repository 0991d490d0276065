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
      const { audit, ledger, signals } = database
      const audits = async (runUuid: string) => (await audit.list({ targetType: 'run', targetId: runUuid, limit: 20 })).toReversed()
      return { ledger, signals, audits, close: cleanup }
    },
  })

describe.each(testDialects)('signals over $dialect', (dialect) => {
  test('go with their run, to the archive or with the person whom it was about, and with no other one', async () => {
    const database = await openForTest(dialect)
    const [archived, live, erased] = [newRun(), newRun({ subjectId: 'p2' }), newRun({ subjectId: 'p3', createdAt: T0 + 5 })]
    await insert(database, archived, live, erased)
    for (const { uuid: runUuid } of [archived, live, erased]) {
      const signal = { runUuid, name: 'approval', senderKey: 'k', outcome: 'approved', payload: { note: 'of hers' }, sentBy: 'operator' }
      await database.signals.send({ ...signal, id: newId(), sentAt: T0, stay: 1, expectedVersion: 1, audit: auditOf(runUuid) })
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
