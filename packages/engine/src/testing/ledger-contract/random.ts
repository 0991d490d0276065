// Any sequence of commands, some of them at once, against a ledger and against the model of it: after each command both hold the same.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { foldHistory } from '../../history.ts'
import type { AcceptResult } from '../../ledger.ts'
import { auditOf, eventOf, newId, opened, requestOf, T0 } from './builders.ts'
import type { LedgerUnderTest, OpenLedger } from './ledger-contract.ts'
import {
  appendTo,
  applyTo,
  foretold,
  holderOf,
  insertInto,
  MOVES,
  type Model,
  type ModelRun,
  type Move,
  newModel,
  newRunOf,
  takerOf,
  transitionOf,
} from './model.ts'

const KEYS = 4

interface Command {
  readonly name: string
  readonly run: (model: Model, tested: LedgerUnderTest) => Promise<void>
  /** Whether it makes sense as things stand. @defaultValue always */
  readonly check?: (model: Model) => boolean
}

/** As fast-check has it: a failing sequence prints the names of its commands. */
function commandOf<Draw extends object>(name: string, draw: Draw, command: Omit<Command, 'name'>): fc.AsyncCommand<Model, LedgerUnderTest> {
  return {
    check: (model) => command.check?.(model) ?? true,
    async run(model, tested) {
      ;(model as { at: number }).at += 1
      await command.run(model, tested)
      await expectEqual(model, tested)
    },
    toString: () => `${name} ${JSON.stringify(draw)}`,
  }
}

const key = fc.nat({ max: KEYS - 1 })
const which = fc.nat({ max: 50 })
const move = fc.constantFrom<Move>(...MOVES, 'advance', 'advance')
const anyRun = (model: Model) => model.runs.size > 0

function pick({ runs }: Model, index: number): ModelRun {
  const all = [...runs.values()]
  const run = all[index % all.length]
  if (!run) throw new Error('The command asked for a run where there is none.')
  return run
}

function liveOnes({ runs }: Model): ModelRun[] {
  return [...runs.values()].filter(({ dueAt }) => dueAt !== null)
}

const accepts = fc
  .record({ keys: fc.array(key, { minLength: 1, maxLength: 5 }), request: fc.option(fc.record({ key, body: fc.nat({ max: 1 }) })) })
  .map((draw) =>
    commandOf('accept', draw, {
      async run(model, { ledger }) {
        const groupUuid = newId()
        const runs = draw.keys.map((one) => ({ ...newRunOf(model, one), groupUuid }))
        const body = String(draw.request?.body ?? 0).repeat(64)
        const requestKey = `${model.name}|${draw.request?.key}`
        const items = runs.map(({ uuid }) => ({ uuid }))
        const request =
          draw.request && requestOf({ key: requestKey, bodyHash: body, items, createdAt: model.at, expiresAt: model.at + 1e9 })
        const result = await ledger.accept({ groupUuid, request, runs })

        const known = request ? model.requests.get(requestKey) : undefined
        if (known) {
          const { body: first, ...stored } = known
          expect(result).toEqual(first === body ? { kind: 'repeated', ...stored } : { kind: 'conflict' })
          return
        }
        if (request) model.requests.set(requestKey, { body, groupUuid, items })
        expect(result).toEqual({
          kind: 'accepted',
          runs: runs.map((run) => {
            const holder = holderOf(model, run.liveKey)
            const { uuid, groupUuid: group, state, status, version } = holder ?? insertInto(model, run)
            return { uuid, groupUuid: group, state, status, version, inserted: holder === undefined }
          }),
        })
      },
    }),
  )

const commits = fc.array(fc.record({ which, move, isLate: fc.boolean() }), { minLength: 1, maxLength: 6 }).map((draw) =>
  commandOf('commit', draw, {
    check: anyRun,
    async run(model, { ledger }) {
      const asked = new Map(draw.map(({ which: index, ...more }) => [pick(model, index).uuid, { ...more, run: pick(model, index) }]))
      const transitions = [...asked.values()].filter(({ run }) => run.dueAt !== null).map((one) => transitionOf(model, one))
      const applied = await ledger.commit(transitions)
      expect(applied).toEqual(new Set(transitions.filter((one) => applyTo(model, one)).map(({ uuid }) => uuid)))
    },
  }),
)

const commitsWith = fc
  .record({ which, move, isLate: fc.boolean(), fails: fc.boolean(), start: fc.array(key, { maxLength: 3 }) })
  .map((draw) =>
    commandOf('commitWith', draw, {
      check: (model) => liveOnes(model).length > 0,
      async run(model, { ledger }) {
        const [run] = liveOnes(model).slice(draw.which % liveOnes(model).length)
        if (!run) throw new Error('There is a live run, or the command would not have been run.')
        const start = draw.start.map((one) => newRunOf(model, one))
        const transition = transitionOf(model, { run, move: draw.move, isLate: draw.isLate })
        const fault = new Error('the business tables refused')
        const write = async () => {
          if (draw.fails) throw fault
        }
        const committing = ledger.commitWith({ transition, write, start })
        if (draw.fails && !draw.isLate) return void (await expect(committing).rejects.toBe(fault))
        expect(await committing).toBe(!draw.isLate)
        if (!applyTo(model, transition)) return
        for (const one of start) if (!holderOf(model, one.liveKey)) insertInto(model, one)
      },
    }),
  )

const appends = fc.record({ which, once: fc.boolean(), errorCode: fc.constantFrom(null, 'X_BUSY', 'X_GONE') }).map((draw) =>
  commandOf('append', draw, {
    check: anyRun,
    async run(model, { ledger }) {
      const run = pick(model, draw.which)
      const event = eventOf(run, { status: 'failed', version: run.version, errorCode: draw.errorCode, createdAt: model.at })
      await ledger.append(event, { once: draw.once })
      const history = model.histories.get(run.uuid) ?? []
      const same = history.some(({ version, errorCode }) => version === event.version && errorCode === event.errorCode)
      if (!draw.once || !same) appendTo(model, event)
    },
  }),
)

const cancels = fc.record({ which }).map((draw) =>
  commandOf('requestCancel', draw, {
    check: anyRun,
    async run(model, { ledger }) {
      const run = pick(model, draw.which)
      const answer = await ledger.requestCancel({ uuid: run.uuid, at: model.at, audit: auditOf(run.uuid) })
      if (run.dueAt !== null && run.cancelRequestedAt === null)
        model.runs.set(run.uuid, { ...run, cancelRequestedAt: model.at, updatedAt: model.at })
      expect(answer).toMatchObject(foretold(pick(model, draw.which)))
    },
  }),
)

const replays = fc.record({ which, isLate: fc.boolean() }).map((draw) =>
  commandOf('replay', draw, {
    check: (model) => anyRun(model) && pick(model, draw.which).status !== 'completed',
    async run(model, { ledger }) {
      const run = pick(model, draw.which)
      const version = draw.isLate ? run.version - 1 : run.version
      const event = eventOf(run, { status: 'note', version: version + 1, createdAt: model.at })
      const result = await ledger.replay({
        ...{
          uuid: run.uuid,
          expectedVersion: version,
          state: 'FIRST',
          input: {},
          liveKey: run.naturalKey,
          event,
          audit: auditOf(run.uuid),
        },
        ...{ subjectName: null, scopeId: run.naturalKey, at: model.at },
      })
      if (draw.isLate || run.dueAt !== null) return void expect(result).toEqual({ kind: 'changed' })
      if (takerOf(model, run)) {
        expect(result.kind).toBe('taken')
        return
      }
      const changes = { state: 'FIRST', status: 'in_progress', version: run.version + 1, attempt: 0, dueAt: model.at } as const
      const replayed = { ...run, ...changes, liveKey: run.naturalKey, cancelRequestedAt: null, updatedAt: model.at }
      model.runs.set(run.uuid, replayed)
      appendTo(model, event)
      expect(result).toMatchObject({ kind: 'replayed', run: foretold(replayed) })
    },
  }),
)

/** Several who read the same version, and a few who ask for the same person: of each, one may win, and it does not matter which. */
const rushes = fc
  .record({
    which,
    moves: fc.array(move, { minLength: 2, maxLength: 5 }),
    key,
    callers: fc.integer({ min: 1, max: 4 }),
    fails: fc.boolean(),
  })
  .map((draw) =>
    commandOf('at once', draw, {
      check: (model) => liveOnes(model).length > 0,
      async run(model, { ledger }) {
        const [run] = liveOnes(model).slice(draw.which % liveOnes(model).length)
        if (!run) throw new Error('There is a live run, or the command would not have been run.')
        const others = liveOnes(model).filter((one) => one.uuid !== run.uuid)
        const rivals = draw.moves.map((one) => transitionOf(model, { run, move: one === 'retry' ? 'advance' : one, isLate: false }))
        const asked = Array.from({ length: draw.callers }, () => newRunOf(model, draw.key))
        const neighbours = others.map((one, index) => {
          const transition = transitionOf(model, { run: one, move: 'advance', isLate: false })
          const isRefused = draw.fails && index % 2 === 0
          const write = async () => {
            if (isRefused) throw new Error('refused')
          }
          return { transition, isRefused, write }
        })
        const [won, accepted, settled] = await Promise.all([
          Promise.all(
            rivals.map(async (one, index) =>
              index % 2 === 0 ? (await ledger.commit([one])).has(one.uuid) : ledger.commitWith({ transition: one, write: null, start: [] }),
            ),
          ),
          Promise.all(asked.map((one) => ledger.accept({ groupUuid: one.groupUuid, request: null, runs: [one] }))),
          Promise.allSettled(neighbours.map(({ transition, write }) => ledger.commitWith({ transition, write, start: [] }))),
        ])

        expect(won.filter(Boolean)).toHaveLength(1)
        expect(settled.map(({ status }) => status)).toEqual(neighbours.map(({ isRefused }) => (isRefused ? 'rejected' : 'fulfilled')))
        // The key may have been free only after the run that held it had ended.
        const inserted = asked.filter((_, index) => wasInserted(accepted[index]))
        expect(inserted.length).toBeLessThanOrEqual(1)
        const [winner] = rivals.filter((_, index) => won[index])
        if (winner) applyTo(model, winner)
        for (const { transition, isRefused } of neighbours) if (!isRefused) applyTo(model, transition)
        for (const one of inserted) insertInto(model, one)
        const holder = holderOf(model, `${model.name}|${draw.key}`)
        if (holder && run.liveKey !== `${model.name}|${draw.key}`)
          for (const answer of accepted) expect(answer).toMatchObject({ runs: [{ uuid: holder.uuid }] })
      },
    }),
  )

/** Everybody goes to a school of his own: the runs of one natural key are those of one school. */
function countedBySchool(model: Model): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { naturalKey } of liveOnes(model)) counts.set(naturalKey, (counts.get(naturalKey) ?? 0) + 1)
  return counts
}

function wasInserted(result: AcceptResult | undefined): boolean {
  return result?.kind === 'accepted' && result.runs[0]?.inserted === true
}

async function expectEqual(model: Model, { ledger, history }: LedgerUnderTest): Promise<void> {
  const stored = new Map((await ledger.read([...model.runs.keys()])).map((run) => [run.uuid, run]))
  expect(stored.size).toBe(model.runs.size)
  for (const run of model.runs.values()) {
    const events = await history(run.uuid)
    expect(stored.get(run.uuid)).toMatchObject(foretold(run))
    expect(events).toEqual(model.histories.get(run.uuid) ?? [])
    expect(stored.get(run.uuid)?.result).toEqual(foldHistory(events))
  }
}

export function describeRandomly(open: OpenLedger): void {
  describe('any sequence of commands', () => {
    test('leaves what the model of a ledger has: runs, histories, answers, and every result the fold of its history', async () => {
      const tested = await opened(open)
      // Twice, so that there is something to command.
      const commands = fc.commands([accepts, accepts, commits, commitsWith, appends, cancels, replays, rushes], { maxCommands: 40 })
      await fc.assert(
        fc.asyncProperty(commands, async (some) => {
          const model = newModel()
          await fc.asyncModelRun(() => ({ model, real: tested }), some)
          const due = await tested.ledger.due({ before: T0 + 86_400_000, after: null, limit: 100_000 })
          const live = liveOnes(model).map(({ uuid }) => uuid)
          expect(
            due
              .map(({ uuid }) => uuid)
              .filter((uuid) => model.runs.has(uuid))
              .toSorted(),
          ).toEqual(live.toSorted())
          const schools = [...model.runs.values()].map(({ naturalKey }) => naturalKey)
          expect(await tested.ledger.openRuns(schools)).toEqual(countedBySchool(model))
        }),
        { numRuns: 60 },
      )
    }, 60_000)
  })
}
