// What every store of schedules must do, written once against the port. An adapter's test file calls it with a way to open an empty one.
import { describe, expect, onTestFinished, test } from 'vitest'
import type { AuditEntry, Ledger } from '../ledger.ts'
import type { NewRun } from '../run.ts'
import type { Advance, NewSchedule, Schedule, ScheduleChange, Schedules } from '../schedules/schedules.ts'
import { complete, newId, newRun, T0 } from './ledger-contract/builders.ts'

export interface SchedulesUnderTest {
  readonly schedules: Schedules
  /** Of the same database. */
  readonly ledger: Ledger
  /** The audit rows of one schedule, the oldest first. */
  audits(name: string): Promise<readonly AuditEntry[]>
  close(): Promise<void>
}

const HOUR = 3_600_000
const AT_ONCE = 12

/** @param open opens a database without any schedule or run, which no other test sees */
export function describeSchedulesContract({
  name,
  open,
}: {
  readonly name: string
  readonly open: () => Promise<SchedulesUnderTest>
}): void {
  async function opened(...standing: readonly NewSchedule[]): Promise<SchedulesUnderTest> {
    const tested = await open()
    onTestFinished(() => tested.close())
    for (const schedule of standing) await tested.schedules.add(schedule)
    return tested
  }

  async function read({ schedules }: SchedulesUnderTest, schedule = 'nightly'): Promise<Schedule> {
    const found = await schedules.find(schedule)
    if (!found) throw new Error(`The test expected schedule ${schedule} to be there.`)
    return found
  }

  const runOf = (subject = 'house', overrides: Partial<NewRun> = {}) => newRun({ liveKey: `cleaning:${subject}`, ...overrides })

  describe(`${name}: what every store of schedules does`, () => {
    test('keeps each schedule with the value and the source of every setting', async () => {
      const tested = await opened(aSchedule({ name: 'weekly', nextDueAt: null, enabled: { value: false, source: 'default' } }), aSchedule())
      const expected: Schedule = {
        name: 'nightly',
        version: 1,
        cron: { value: '0 * * * *', source: 'environment' },
        timeZone: { value: 'Europe/Sofia', source: 'default' },
        enabled: { value: true, source: 'operator' },
        settings: { batchSize: { value: 50, source: 'environment' }, бележка: { value: { a: [1, null] }, source: 'default' } },
        nextDueAt: T0 + HOUR,
        skippedInRow: 0,
        createdAt: T0,
        updatedAt: T0,
        updatedBy: 'worker-sync',
      }
      expect(await tested.schedules.find('nightly')).toEqual(expected)
      expect((await tested.schedules.list()).map((one) => [one.name, one.enabled.value, one.nextDueAt])).toEqual([
        ['nightly', true, T0 + HOUR],
        ['weekly', false, null],
      ])
      expect(await tested.schedules.find('Nightly')).toBeNull()
    })

    test('adds a schedule once, whoever comes second', async () => {
      const tested = await opened()
      const added = await Promise.all(
        Array.from({ length: AT_ONCE }, (_none, index) => tested.schedules.add(aSchedule({ createdBy: `w${index}` }))),
      )
      expect(added.filter(Boolean)).toHaveLength(1)
      expect(await tested.schedules.list()).toHaveLength(1)
    })

    describe('edit', () => {
      test('changes what was read, with its audit row, and tells who it was', async () => {
        const tested = await opened(aSchedule())
        const change = aChange({ cron: { value: '5 * * * *', source: 'operator' }, nextDueAt: T0 + 300_000 })
        const edited = await tested.schedules.edit(change)
        expect(edited).toMatchObject({
          version: 2,
          cron: { value: '5 * * * *', source: 'operator' },
          updatedAt: T0 + 9,
          updatedBy: 'operator',
        })
        expect(await read(tested)).toEqual(edited)
        expect(await tested.audits('nightly')).toEqual([change.audit])
      })

      test('of another version, or of a schedule that is not there, changes nothing and leaves no audit row', async () => {
        const tested = await opened(aSchedule())
        const before = await read(tested)
        expect(await tested.schedules.edit(aChange({ expectedVersion: 2 }))).toBeNull()
        expect(await tested.schedules.edit(aChange({ name: 'weekly' }))).toBeNull()
        expect(await read(tested)).toEqual(before)
        expect(await tested.audits('nightly')).toEqual([])
      })

      test('by many at once lets one of them through', async () => {
        const tested = await opened(aSchedule())
        const edited = await Promise.all(Array.from({ length: AT_ONCE }, () => tested.schedules.edit(aChange())))
        expect(edited.filter((one) => one !== null)).toHaveLength(1)
        expect(await tested.audits('nightly')).toHaveLength(1)
      })
    })

    describe('advance', () => {
      test('writes the tick, begins its run and moves the due time on', async () => {
        const tested = await opened(aSchedule())
        const run = runOf()
        const advanced = await tested.schedules.advance(anAdvance({ run, missed: 2, dueAt: T0 + 3 * HOUR, nextDueAt: T0 + 4 * HOUR }))
        const tick = { schedule: 'nightly', dueAt: T0 + 3 * HOUR, firedAt: T0 + HOUR + 7, outcome: 'started', runUuid: run.uuid, missed: 2 }
        expect(advanced).toEqual({
          kind: 'ticked',
          tick,
          run: { uuid: run.uuid, groupUuid: run.groupUuid, state: 'FIRST', status: 'new', version: 1, inserted: true },
          skippedInRow: 0,
        })
        expect(await read(tested)).toMatchObject({ version: 1, nextDueAt: T0 + 4 * HOUR, skippedInRow: 0, updatedAt: T0 })
        expect(await tested.schedules.ticks(newest())).toEqual([tick])
        expect(await tested.ledger.read([run.uuid])).toMatchObject([{ uuid: run.uuid, status: 'new', dueAt: run.dueAt, input: run.input }])
      })

      test('by many at once, each with a run of its own, makes one tick and one run', async () => {
        const tested = await opened(aSchedule())
        const runs = Array.from({ length: AT_ONCE }, (_none, index) => runOf(`house-${index}`))
        const advanced = await Promise.all(runs.map((run) => tested.schedules.advance(anAdvance({ run }))))
        expect(advanced.filter(({ kind }) => kind === 'ticked')).toHaveLength(1)
        expect(await tested.schedules.ticks(newest())).toHaveLength(1)
        expect(await tested.ledger.read(runs.map(({ uuid }) => uuid))).toHaveLength(1)
      })

      test('of a due time, or of settings, that stand no more begins nothing', async () => {
        const tested = await opened(aSchedule())
        const run = runOf()
        expect(await tested.schedules.advance(anAdvance({ run, expectedDueAt: T0 }))).toEqual({ kind: 'superseded' })
        expect(await tested.schedules.advance(anAdvance({ run, expectedVersion: 2 }))).toEqual({ kind: 'superseded' })
        expect(await tested.schedules.advance(anAdvance({ run, name: 'weekly' }))).toEqual({ kind: 'superseded' })
        expect(await tested.ledger.read([run.uuid])).toEqual([])
        expect(await tested.schedules.ticks(newest())).toEqual([])
        expect((await read(tested)).nextDueAt).toBe(T0 + HOUR)
      })

      test('of a schedule that was disabled meanwhile begins nothing', async () => {
        const tested = await opened(aSchedule())
        await tested.schedules.edit(aChange({ enabled: { value: false, source: 'operator' }, nextDueAt: null }))
        expect(await tested.schedules.advance(anAdvance({ run: runOf(), expectedVersion: 2 }))).toEqual({ kind: 'superseded' })
      })

      test('that finds a live run begins nothing, and counts the skips in a row until a run can begin', async () => {
        const tested = await opened(aSchedule())
        const [live, later] = [runOf(), runOf()]
        await insert(tested.ledger, live)
        for (const skip of [1, 2, 3]) {
          const [expectedDueAt, nextDueAt] = [T0 + skip * HOUR, T0 + (skip + 1) * HOUR]
          const advanced = await tested.schedules.advance(anAdvance({ run: runOf(), expectedDueAt, dueAt: expectedDueAt, nextDueAt }))
          expect(advanced).toMatchObject({
            kind: 'ticked',
            tick: { outcome: 'skipped', runUuid: live.uuid },
            run: { uuid: live.uuid, inserted: false },
            skippedInRow: skip,
          })
        }
        await tested.ledger.commit([complete(live)])
        const [expectedDueAt, nextDueAt] = [T0 + 4 * HOUR, T0 + 5 * HOUR]
        const advanced = await tested.schedules.advance(anAdvance({ run: later, expectedDueAt, dueAt: expectedDueAt, nextDueAt }))
        expect(advanced).toMatchObject({ kind: 'ticked', tick: { outcome: 'started', runUuid: later.uuid }, skippedInRow: 0 })
        expect((await tested.schedules.ticks(newest())).map(({ outcome }) => outcome)).toEqual(['started', 'skipped', 'skipped', 'skipped'])
      })

      test('of a due time that was served before only moves on', async () => {
        const tested = await opened(aSchedule())
        await tested.schedules.advance(anAdvance({ run: runOf() }))
        // A change by a clock that is behind has brought the due time back.
        await tested.schedules.edit(aChange({ nextDueAt: T0 + HOUR }))
        const run = runOf('another house')
        expect(await tested.schedules.advance(anAdvance({ run, expectedVersion: 2 }))).toEqual({ kind: 'superseded' })
        expect((await read(tested)).nextDueAt).toBe(T0 + 2 * HOUR)
        expect(await tested.ledger.read([run.uuid])).toEqual([])
        expect(await tested.schedules.ticks(newest())).toHaveLength(1)
      })
    })

    describe('begin', () => {
      test('begins a run with its audit row, and none while one is live', async () => {
        const tested = await opened(aSchedule())
        const [first, second] = [runOf(), runOf()]
        const [audit, refused] = [auditOf(), auditOf()]
        expect(await tested.schedules.begin({ run: first, audit })).toMatchObject({ uuid: first.uuid, inserted: true })
        expect(await tested.schedules.begin({ run: second, audit: refused })).toMatchObject({ uuid: first.uuid, inserted: false })
        expect(await tested.audits('nightly')).toEqual([audit])
        expect(await tested.ledger.read([second.uuid])).toEqual([])
      })

      test('by many at once begins one run', async () => {
        const tested = await opened()
        const runs = Array.from({ length: AT_ONCE }, () => runOf())
        const begun = await Promise.all(runs.map((run) => tested.schedules.begin({ run, audit: auditOf() })))
        expect(begun.filter(({ inserted }) => inserted)).toHaveLength(1)
        expect(new Set(begun.map(({ uuid }) => uuid)).size).toBe(1)
        expect(await tested.audits('nightly')).toHaveLength(1)
      })
    })

    test('shows the ticks of one schedule page by page, the newest first', async () => {
      const tested = await opened(aSchedule(), aSchedule({ name: 'weekly' }))
      for (const hour of [1, 2, 3, 4, 5]) {
        const [expectedDueAt, nextDueAt] = [T0 + hour * HOUR, T0 + (hour + 1) * HOUR]
        await tested.schedules.advance(anAdvance({ run: runOf(`${hour}`), expectedDueAt, dueAt: expectedDueAt, nextDueAt }))
      }
      await tested.schedules.advance(anAdvance({ name: 'weekly', run: runOf('weekly') }))
      const page = async (before: number | null) =>
        (await tested.schedules.ticks({ schedule: 'nightly', before, limit: 3 })).map(({ dueAt }) => dueAt)
      expect(await page(null)).toEqual([5, 4, 3].map((hour) => T0 + hour * HOUR))
      expect(await page(T0 + 3 * HOUR)).toEqual([2, 1].map((hour) => T0 + hour * HOUR))
    })
  })
}

function aSchedule(overrides: Partial<NewSchedule> = {}): NewSchedule {
  return {
    name: 'nightly',
    cron: { value: '0 * * * *', source: 'environment' },
    timeZone: { value: 'Europe/Sofia', source: 'default' },
    enabled: { value: true, source: 'operator' },
    settings: { batchSize: { value: 50, source: 'environment' }, бележка: { value: { a: [1, null] }, source: 'default' } },
    nextDueAt: T0 + HOUR,
    createdAt: T0,
    createdBy: 'worker-sync',
    ...overrides,
  }
}

function aChange(overrides: Partial<ScheduleChange> = {}): ScheduleChange {
  const { name, cron, timeZone, enabled, settings, nextDueAt } = aSchedule()
  return { name, cron, timeZone, enabled, settings, nextDueAt, expectedVersion: 1, at: T0 + 9, audit: auditOf(), ...overrides }
}

function anAdvance(overrides: Partial<Advance> & Pick<Advance, 'run'>): Advance {
  return {
    name: 'nightly',
    expectedVersion: 1,
    expectedDueAt: T0 + HOUR,
    dueAt: T0 + HOUR,
    firedAt: T0 + HOUR + 7,
    missed: 0,
    nextDueAt: T0 + 2 * HOUR,
    ...overrides,
  }
}

function auditOf(): AuditEntry {
  return {
    id: newId(),
    at: T0,
    actor: 'operator',
    action: 'schedule.test',
    targetType: 'schedule',
    targetId: 'nightly',
    reason: 'Because.',
    details: { before: {}, after: {} },
  }
}

async function insert(ledger: Ledger, run: NewRun): Promise<void> {
  await ledger.accept({ groupUuid: run.groupUuid, request: null, runs: [run] })
}

function newest() {
  return { schedule: 'nightly', before: null, limit: 10 }
}
