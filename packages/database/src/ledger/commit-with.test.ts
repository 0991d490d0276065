// That transitions with writes of their own share a transaction, and that none of them suffers by it.
import { TerminalError, type Transaction } from '@rollcall/engine'
import { advance, insert, newRun, read, T0 } from '@rollcall/engine/testing/ledger-contract'
import { provisioningErrors } from '@rollcall/provisioning'
import { describe, expect, test } from 'vitest'
import { unwrapTransaction } from '../prisma.ts'
import { openForTest } from '../testing/open-for-test.ts'
import { testDialects } from '../testing/test-dialects.ts'

const institution = (institutionId: string) => async (tx: Transaction) => {
  await unwrapTransaction(tx).institution.create({ data: { institutionId, createdAt: new Date(T0) } })
}

describe.each(testDialects)('transitions with writes that come together, over $dialect', (dialect) => {
  async function open(count: number) {
    const database = await openForTest(dialect)
    const runs = Array.from({ length: count }, () => newRun())
    await insert(database, ...runs)
    const institutions = async () => (await database.prisma.institution.findMany()).map(({ institutionId }) => institutionId).sort()
    return { database, runs, institutions }
  }

  test('are each committed with their own writes and starts', async () => {
    const { database, runs, institutions } = await open(12)
    const started = runs.map(() => newRun())
    const applied = await Promise.all(
      runs.map((run, index) =>
        database.ledger.commitWith({
          transition: advance(run),
          write: institution(`i${index + 10}`),
          start: started.slice(index, index + 1),
        }),
      ),
    )
    expect(applied).toEqual(runs.map(() => true))
    expect(await institutions()).toEqual(runs.map((_, index) => `i${index + 10}`))
    expect(await database.ledger.read(started.map(({ uuid }) => uuid))).toHaveLength(12)
    for (const run of runs) expect(await database.ledger.history(run.uuid)).toHaveLength(1)
  })

  test('are in one transaction, which all of them were given', async () => {
    const { database, runs } = await open(12)
    const seen: Transaction[] = []
    const write = async (tx: Transaction) => void seen.push(tx)
    await Promise.all(runs.map((run) => database.ledger.commitWith({ transition: advance(run), write, start: [] })))
    expect(new Set(seen).size).toBe(1)
  })

  test('are committed where one of them is refused, which alone learns of it and leaves nothing behind', async () => {
    const { database, runs, institutions } = await open(4)
    const refusal = new TerminalError(provisioningErrors.ACCOUNT_EXISTS)
    const outcomes = await Promise.allSettled(
      runs.map((run, index) =>
        database.ledger.commitWith({
          transition: advance(run),
          start: [],
          write: async (tx) => {
            await institution(`i${index}`)(tx)
            if (index === 2) throw refusal
          },
        }),
      ),
    )
    expect(outcomes.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value : outcome.reason))).toEqual([
      true,
      true,
      refusal,
      true,
    ])
    expect(await institutions()).toEqual(['i0', 'i1', 'i3'])
    expect(await Promise.all(runs.map(async (run) => (await read(database, run)).version))).toEqual([2, 2, 1, 2])
  })

  test('of one run apply once, and only the first writes', async () => {
    const { database, runs, institutions } = await open(1)
    const [run] = runs
    if (!run) throw new Error('There is a run.')
    const commit = (institutionId: string) =>
      database.ledger.commitWith({ transition: advance(run), write: institution(institutionId), start: [newRun()] })
    expect(await Promise.all([commit('first'), commit('second')])).toEqual([true, false])
    expect(await institutions()).toEqual(['first'])
    expect(await database.ledger.history(run.uuid)).toHaveLength(1)
  })

  test('start one run for a natural key that two of them want', async () => {
    const { database, runs } = await open(2)
    const started = runs.map(() => newRun({ liveKey: 're-enroll|p' }))
    await Promise.all(
      runs.map((run, index) =>
        database.ledger.commitWith({ transition: advance(run), write: null, start: started.slice(index, index + 1) }),
      ),
    )
    expect(await database.ledger.read(started.map(({ uuid }) => uuid))).toMatchObject([{ uuid: started[0]?.uuid }])
  })
})
