import { describe, expect, test } from 'vitest'
import { advance, eventOf, insert, newRun, opened, read } from './builders.ts'
import type { OpenLedger } from './ledger-contract.ts'

export function describeKeeping(open: OpenLedger): void {
  describe('what is kept', () => {
    test('comes back as it went in: Cyrillic, emoji, control characters and every kind of JSON', async () => {
      const tested = await opened(open)
      const json = {
        name: 'Йорданка Щерева-Жекова',
        emoji: '👩🏽‍🏫',
        quotes: `'"\\\``,
        control: '\u0000\u0001\n\t\u2028',
        lone: '\ud800',
        nested: { list: [1, -0.5, 1e21, true, null, '', [], {}] },
        '': 'empty key',
        Ключ: 'Cyrillic key',
      }
      const run = newRun({ input: json, subjectName: 'йорданка щерева' })
      await insert(tested, run)
      await tested.ledger.commit([advance(run, { result: json, events: [eventOf(run, { submittedData: json, receivedData: json })] })])

      expect(await read(tested, run)).toMatchObject({ input: json, result: json, subjectName: 'йорданка щерева' })
      expect((await tested.history(run.uuid))[0]).toMatchObject({ submittedData: json, receivedData: json })
    })

    test('is found by keys that compare by code point: case, accents and normal forms differ', async () => {
      const tested = await opened(open)
      const keys = ['person|Ab', 'person|ab', 'person|AB', 'person|é', 'person|e\u0301', 'person|ё', 'person|е', 'person|0', 'person|00']
      const runs = keys.map((liveKey) => newRun({ liveKey }))

      await insert(tested, ...runs)

      expect(await tested.ledger.read(runs.map(({ uuid }) => uuid))).toHaveLength(keys.length)
    })

    test('keeps ids with leading zeros and beyond 32 bits exactly', async () => {
      const tested = await opened(open)
      const run = newRun({ subjectId: '0004294967296001', scopeId: '0100' })
      await insert(tested, run)

      expect(await read(tested, run)).toMatchObject({ subjectId: '0004294967296001', scopeId: '0100' })
    })
  })
}
