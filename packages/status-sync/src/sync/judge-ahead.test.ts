import { expect, test } from 'vitest'
import { anAccount } from '../testing/an-account.ts'
import type { Judged, LookedUp } from './judge-accounts.ts'
import { createJudgeAhead, type JudgedBatch } from './judge-ahead.ts'
import type { BatchOfAccounts } from './read-ahead.ts'

const NOW = 1_000

/** @param batches the userIds of each; an error comes in its place */
function judgingAhead(...batches: readonly (readonly string[] | Error)[]) {
  const left = [...batches]
  const judgedAtOnce: number[] = []
  const judge = createJudgeAhead({
    clock: { now: () => NOW },
    ahead: {
      async next(): Promise<BatchOfAccounts> {
        const batch = left.shift() ?? []
        if (batch instanceof Error) throw batch
        const lookedUp = batch.map(
          (userId): LookedUp => ({ account: anAccount({ userId }), answer: { kind: 'none' }, askedAfterRead: true }),
        )
        return { lookedUp, askedAt: NOW, isLast: left.length === 0 }
      },
    },
    judge: async (lookedUp) => {
      judgedAtOnce.push(lookedUp.length)
      return lookedUp.map(
        (one): Judged => ({ ...one, decision: { action: 'none', reasonCode: 'UNCHANGED', change: null, seen: null, alert: false } }),
      )
    },
  })
  return { judge, judgedAtOnce }
}

const namesOf = (judged: JudgedBatch['judged']) => judged.map(({ account }) => account.userId)

async function all({ judge }: ReturnType<typeof judgingAhead>): Promise<JudgedBatch[]> {
  const batches: JudgedBatch[] = []
  while (!batches.at(-1)?.isLast) batches.push(await judge.next())
  return batches
}

test.each([
  ['none', [[]], [[]], [0]],
  ['one', [['a']], [['a']], [1]],
  ['two', [['a', 'b'], ['c']], [['a', 'b', 'c'], []], [3]],
  ['five', [['a'], ['b'], ['c'], ['d'], []], [['a', 'b'], [], ['c', 'd'], [], []], [2, 2, 0]],
])('gives %s of the batches each in its turn, and has those of a pair noted with its first', async (_, batches, compared, judgedAtOnce) => {
  const judging = judgingAhead(...batches)
  const given = await all(judging)
  expect(given.map(({ judged }) => namesOf(judged))).toEqual(batches)
  expect(given.map((batch) => namesOf(batch.compared))).toEqual(compared)
  expect(judging.judgedAtOnce).toEqual(judgedAtOnce)
  expect(new Set(given.map(({ at }) => at))).toEqual(new Set([NOW]))
})

test('tells of a fault in the place of its batch, and has only those noted whom nothing befell', async () => {
  const { judge } = judgingAhead(['a'], new Error('away'), ['b'])
  const first = await judge.next()
  expect([namesOf(first.judged), namesOf(first.compared), first.isLast]).toEqual([['a'], ['a'], false])
  await expect(judge.next()).rejects.toThrow('away')
})

test('tells of a fault of the first batch of a pair at once', async () => {
  await expect(judgingAhead(new Error('away'), ['a']).judge.next()).rejects.toThrow('away')
})
