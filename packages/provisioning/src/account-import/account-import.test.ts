import { engineErrors, LedgerUnavailableError, prepareRun } from '@rollcall/engine'
import { describe, expect, test } from 'vitest'
import { accountCreate } from '../account-create/process.ts'
import type { RowToStage } from '../ports/import-store.ts'
import { aStudent, aTeacher, createProvisioningStory, type ProvisioningStory } from '../testing/create-provisioning-story.ts'
import { accountImport } from './process.ts'
import { ROWS_PER_PORTION } from './states/start-accounts.ts'

const IMPORT = '0199a1f4-5c00-7000-8000-00000000a001'
const NAMES = ['role', 'personId', 'firstName', 'middleName', 'lastName', 'birthDate', 'schoolId', 'grade', 'classIds']

function personOf(index: number): string {
  return `S${String(index).padStart(5, '0')}`
}

/** A pupil's row, valid unless it is changed. */
function row(rowNumber: number, changes: Partial<RowToStage> & { readonly cells?: readonly string[] } = {}): RowToStage {
  const personId = personOf(rowNumber)
  const cells = ['student', personId, 'Гергана', 'Костова', 'Проба', '2015-05-10', '2902418', '5', '771204;771205']
  return { rowNumber, outcome: 'pending', cells, errors: [], errorCode: null, personId, schoolId: '2902418', ...changes }
}

function rows(count: number): RowToStage[] {
  return Array.from({ length: count }, (_, index) => row(index + 2))
}

async function begin(story: ProvisioningStory, staged: readonly RowToStage[]) {
  story.imports.add({ id: IMPORT, names: NAMES, rows: staged })
  return story.begin({ process: accountImport, input: { importId: IMPORT } })
}

/** `outcome` and error code of each row. */
function outcomes(story: ProvisioningStory): string[] {
  return story.imports.rows(IMPORT).map(({ outcome, errorCode }) => [outcome, errorCode].filter(Boolean).join(' '))
}

function runsOfPeople(story: ProvisioningStory) {
  return story.ledger.runs().filter(({ process }) => process === accountCreate.name)
}

describe('account-import', () => {
  test('begins a run in its own group for each valid row, notes it there, and leaves invalid rows alone', async () => {
    const story = createProvisioningStory()
    const run = await begin(story, [row(2), row(3, { outcome: 'invalid', errorCode: 'INVALID_ROW' }), row(4)])
    await story.play({ forMs: 600_000 })

    expect(story.trail(run.uuid)).toEqual(['START_ACCOUNTS success', 'START_ACCOUNTS success', 'COMPLETED full'])
    expect(outcomes(story)).toEqual(['started', 'invalid INVALID_ROW', 'started'])
    const people = runsOfPeople(story)
    expect(people.map(({ subjectId }) => subjectId)).toEqual([personOf(2), personOf(4)])
    expect(new Set(people.map(({ groupUuid }) => groupUuid))).toEqual(new Set([run.groupUuid]))
    expect(story.imports.rows(IMPORT).map(({ runUuid }) => runUuid)).toEqual([people[0]?.uuid, null, people[1]?.uuid])
    expect(story.accounts.live().map(({ personId }) => personId)).toEqual([personOf(2), personOf(4)])
  })

  test('takes the rows in portions, and gives later rows of a school a later place in the bulk lane', async () => {
    const story = createProvisioningStory()
    const run = await begin(story, rows(ROWS_PER_PORTION + 50))
    await story.playOne()
    expect(runsOfPeople(story)).toHaveLength(ROWS_PER_PORTION)
    await story.play({ forMs: 600_000 })
    expect(story.ledger.run(run.uuid)).toMatchObject({
      state: 'COMPLETED',
      result: { START_ACCOUNTS: { startedTo: ROWS_PER_PORTION + 51 } },
    })
    const priorities = runsOfPeople(story).map(({ priority }) => priority)
    // The import's own run belongs to no school.
    expect(priorities.slice(0, 21)).toEqual([...Array(20).fill(2_001), 2_002])
    expect(Math.max(...priorities)).toBeLessThan(3_000)
    expect(story.accounts.live()).toHaveLength(ROWS_PER_PORTION + 50)
  })

  test('refuses whoever has an account, and joins whoever is being given one', async () => {
    const story = createProvisioningStory()
    await story.begin({ process: accountCreate, input: aStudent({ personId: personOf(2) }) })
    await story.play({ forMs: 60_000 })
    const underWay = await story.begin({ process: accountCreate, input: aStudent({ personId: personOf(3) }) })
    await story.begin({ process: accountCreate, input: aTeacher({ personId: personOf(4) }) })
    story.queue.take(Number.POSITIVE_INFINITY)
    story.queue.take(Number.POSITIVE_INFINITY)

    await begin(story, rows(4))
    await story.play({ forMs: 60_000 })
    expect(outcomes(story)).toEqual(['refused ACCOUNT_EXISTS', 'joined', 'refused PERSON_IN_CREATION_AS_OTHER_KIND', 'started'])
    expect(story.imports.rows(IMPORT)[1]?.runUuid).toBe(underWay.uuid)
  })

  test('notes the other run where somebody took the person in the moment in which the row began', async () => {
    const story = createProvisioningStory()
    const taken = async (index: number, input: ReturnType<typeof aStudent>) => {
      const origin = { groupUuid: 'of another request', requestedBy: 'another', priority: 1, now: story.clock.now() }
      const run = prepareRun({ process: accountCreate, input, newId: () => `run of another ${index}`, ...origin })
      await story.ledger.accept({ groupUuid: run.groupUuid, request: null, runs: [run] })
      return run
    }
    // After the look for live runs, before the transaction.
    const { change } = story.imports
    let races = 0
    Object.assign(story.imports, {
      async change(...args: Parameters<typeof change>) {
        races += 1
        if (races === 1) {
          await taken(2, aStudent({ personId: personOf(2) }))
          await taken(3, aTeacher({ personId: personOf(3) }))
        }
        await change(...args)
      },
    })
    await begin(story, rows(3))
    await story.play({ forMs: 60_000 })
    expect(outcomes(story)).toEqual(['joined', 'refused PERSON_IN_CREATION_AS_OTHER_KIND', 'started'])
    expect(story.imports.rows(IMPORT)[0]?.runUuid).toBe('run of another 2')
    expect(runsOfPeople(story).filter(({ subjectId }) => subjectId === personOf(2))).toHaveLength(1)
  })

  test('begins a row again whose run was left out, and whose person nobody has any more', async () => {
    const story = createProvisioningStory()
    const run = await begin(story, rows(2))
    // Whoever took the person has ended meanwhile, and is kept no longer.
    const leftOut = { rowNumber: 2, outcome: 'started', runUuid: 'left out', errorCode: null } as const
    await story.imports.change({ transaction: null }, { importId: IMPORT, rows: [leftOut], at: 0 })
    await story.play({ forMs: 60_000 })
    expect(story.ledger.run(run.uuid).state).toBe('COMPLETED')
    expect(story.imports.rows(IMPORT)[0]?.runUuid).not.toBe('left out')
    expect(story.accounts.live()).toHaveLength(2)
  })

  test('is harmless when a portion is worked twice', async () => {
    const story = createProvisioningStory()
    const run = await begin(story, rows(5))
    await story.playTwice()
    await story.play({ forMs: 60_000 })
    expect(story.ledger.run(run.uuid).state).toBe('COMPLETED')
    expect(runsOfPeople(story)).toHaveLength(5)
    expect(outcomes(story)).toEqual(Array(5).fill('started'))
  })

  test('waits while the database is away, and loses nothing', async () => {
    const story = createProvisioningStory()
    const run = await begin(story, rows(ROWS_PER_PORTION + 1))
    const { change } = story.imports
    let outages = 2
    Object.assign(story.imports, {
      async change(...args: Parameters<typeof change>) {
        outages -= 1
        if (outages >= 0) throw new LedgerUnavailableError(engineErrors.LEDGER_UNAVAILABLE)
        await change(...args)
      },
    })
    await story.play({ forMs: 600_000 })
    expect(story.ledger.run(run.uuid)).toMatchObject({ state: 'COMPLETED', attempt: 0 })
    expect(story.accounts.live()).toHaveLength(ROWS_PER_PORTION + 1)
  })

  test('refuses a row whose data was erased meanwhile', async () => {
    const story = createProvisioningStory()
    await begin(story, rows(2))
    story.imports.eraseCells(IMPORT, 3)
    await story.play({ forMs: 60_000 })
    expect(outcomes(story)).toEqual(['started', 'refused ROW_ERASED'])
  })

  test('marks a row that a stricter release takes no longer, instead of stopping at it', async () => {
    const story = createProvisioningStory()
    await begin(story, [row(2, { cells: row(2).cells.with(5, '2015-02-29') }), row(3)])
    await story.play({ forMs: 60_000 })
    expect(outcomes(story)).toEqual(['invalid INVALID_ROW', 'started'])
  })

  test('ends at once where every row is invalid', async () => {
    const story = createProvisioningStory()
    const run = await begin(story, [row(2, { outcome: 'invalid' })])
    await story.play()
    expect(story.trail(run.uuid)).toEqual(['START_ACCOUNTS success', 'COMPLETED full'])
    expect(story.ledger.runs()).toHaveLength(1)
  })

  test('fails where its file is gone', async () => {
    const story = createProvisioningStory()
    const run = await story.begin({ process: accountImport, input: { importId: IMPORT } })
    await story.play()
    expect(story.ledger.run(run.uuid)).toMatchObject({ state: 'FAILED', errorCode: 'IMPORT_NOT_FOUND' })
  })
})
