import { type AcceptInput, type AcceptResult, engineErrors, LedgerUnavailableError, type NewRun, prepareRun } from '@rollcall/engine'
import { accountCreate } from '@rollcall/provisioning'
import { describe, expect, it } from 'vitest'
import { student } from '../test-support/people.ts'
import { gatherAccepts, gatherFindLive, gatherOpenRuns } from './gathered.ts'

function run(personId: string): NewRun {
  const origin = { groupUuid: `group of ${personId}`, requestedBy: 'test', priority: 1, now: 0, newId: () => `run of ${personId}` }
  return prepareRun({ process: accountCreate, input: { ...student, kind: 'student', personId }, ...origin })
}
const asked = (...personIds: string[]): AcceptInput => ({ groupUuid: personIds.join(), request: null, runs: personIds.map(run) })
const request = { caller: 'test', key: 'k', bodyHash: '', items: [], createdAt: 0, expiresAt: 1 }

function acceptAll({ runs }: AcceptInput): AcceptResult {
  return { kind: 'accepted', runs: runs.map((one) => ({ ...one, status: 'new', version: 1, inserted: true })) }
}

/** What was accepted in each transaction, by person. */
function ledger(answer: (input: AcceptInput) => AcceptResult = acceptAll) {
  const transactions: (string | null)[][] = []
  const accept = async (input: AcceptInput) => {
    transactions.push(input.runs.map(({ subjectId }) => subjectId))
    return answer(input)
  }
  return { transactions, accept: gatherAccepts(accept) }
}

describe('requests that arrive together', () => {
  it('share a transaction, and each is answered with its own runs', async () => {
    const { accept, transactions } = ledger()
    const inputs = [asked('A'), asked('B', 'C'), asked('D')]
    const answers = await Promise.all(inputs.map(accept))
    expect(transactions).toEqual([['A', 'B', 'C', 'D']])
    expect(answers.map((answer) => answer.kind === 'accepted' && answer.runs.map(({ uuid }) => uuid))).toEqual(
      inputs.map(({ runs }) => runs.map(({ uuid }) => uuid)),
    )
  })

  it('go alone under an Idempotency-Key or with many runs', async () => {
    const { accept, transactions } = ledger()
    const many = Array.from({ length: 21 }, (_, index) => `M${index}`)
    await Promise.all([accept(asked('A')), accept({ ...asked('B'), request }), accept(asked(...many)), accept(asked('C'))])
    expect(transactions.map((people) => people.length).sort()).toEqual([1, 2, 21])
  })

  it('are not held up by one that cannot be written', async () => {
    const poisoned = new Error('too long')
    const { accept } = ledger((input) => {
      if (input.runs.some(({ subjectId }) => subjectId === 'B')) throw poisoned
      return acceptAll(input)
    })
    const settled = await Promise.allSettled([accept(asked('A')), accept(asked('B')), accept(asked('C'))])
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(settled[1]).toMatchObject({ reason: poisoned })
  })

  it('are all told at once that SQL is away', async () => {
    const away = new LedgerUnavailableError(engineErrors.LEDGER_UNAVAILABLE)
    const { accept, transactions } = ledger(() => {
      throw away
    })
    const settled = await Promise.allSettled([accept(asked('A')), accept(asked('B'))])
    expect(settled).toMatchObject([{ reason: away }, { reason: away }])
    expect(transactions).toHaveLength(1)
  })

  it('share one look for live accounts', async () => {
    const account = { sysUserId: '1', username: 'ep1', enrollmentStatus: 'ENROLLED' } as const
    const looks: (readonly string[])[] = []
    const findLive = gatherFindLive(async (personIds) => {
      looks.push(personIds)
      return personIds.filter((personId) => personId !== 'C').map((personId) => ({ ...account, personId }))
    })
    const found = await Promise.all([findLive(['A', 'B']), findLive(['B', 'C']), findLive([])])
    expect(looks).toEqual([['A', 'B', 'C']])
    expect(found.map((accounts) => accounts.map(({ personId }) => personId))).toEqual([['A', 'B'], ['B'], []])
  })

  it('share one count of open runs, and stand behind those of their school who came before them', async () => {
    const counts: (readonly string[])[] = []
    const openRuns = gatherOpenRuns(async (scopeIds) => {
      counts.push(scopeIds)
      return new Map([['A', 40]])
    })
    const found = await Promise.all([openRuns(['A', 'A', 'B']), openRuns(['A']), openRuns(['B', 'C'])])
    expect(counts).toEqual([['A', 'B', 'C']])
    expect(found.map((ahead) => Object.fromEntries(ahead))).toEqual([{ A: 40, B: 0 }, { A: 42 }, { B: 1, C: 0 }])
  })
})
