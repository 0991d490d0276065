// What every store of signals must do, written once against the port. An adapter's test file calls it with a way to open an empty one.
import { describe, expect, onTestFinished, test } from 'vitest'
import type { AuditEntry, Ledger } from '../ledger.ts'
import type { NewRun } from '../run.ts'
import type { Awaited, Signals, SignalToSend } from '../signals.ts'
import { advance, auditOf, end, newId, newRun, T0 } from './ledger-contract/builders.ts'

export interface SignalsUnderTest {
  readonly signals: Signals
  /** Of the same database. */
  readonly ledger: Ledger
  /** Those that were left about a run. */
  audits(runUuid: string): Promise<readonly AuditEntry[]>
  close(): Promise<void>
}

/** How often two that race are let loose upon each other. */
const RACES = 12

/** @param open opens a database without any run, which no other test sees */
export function describeSignalsContract({ name, open }: { readonly name: string; readonly open: () => Promise<SignalsUnderTest> }): void {
  async function opened(...runs: readonly NewRun[]): Promise<SignalsUnderTest> {
    const tested = await open()
    onTestFinished(() => tested.close())
    await tested.ledger.accept({ groupUuid: newId(), request: null, runs })
    return tested
  }

  /** Moves the run on by this signal, as its handler does. */
  async function takeIt(
    { ledger, signals }: Pick<SignalsUnderTest, 'ledger' | 'signals'>,
    { run, id }: { run: NewRun; id: string },
  ): Promise<boolean> {
    return ledger.commitWith({ transition: advance(run), write: (tx) => signals.take(tx, { id, version: 1 }), start: [] })
  }

  describe(`${name}: what every store of signals does`, () => {
    test('keeps a signal until it is taken, with its payload, its sender and its time', async () => {
      const run = newRun()
      const { signals } = await opened(run)
      const signal = signalTo(run, { payload: { бележка: 'да', list: [1, null, { a: true }] } })
      expect(await signals.send(signal)).toBe('sent')
      expect(await signals.next(awaitedOf(signal))).toEqual(sentOf(signal))
      expect(await signals.find(signal)).toEqual(sentOf(signal))
    })

    test('answers nothing where nothing was sent', async () => {
      const run = newRun()
      const { signals } = await opened(run)
      expect(await signals.next({ runUuid: run.uuid, name: 'approval', stay: 1 })).toBeNull()
      expect(await signals.find({ runUuid: run.uuid, name: 'approval', senderKey: 'k' })).toBeNull()
    })

    test('keeps one signal per sender’s key, of the same run and name', async () => {
      const [run, other] = [newRun(), newRun()]
      const { signals } = await opened(run, other)
      const first = signalTo(run, { stay: null })
      expect(await signals.send(first)).toBe('sent')
      expect(await signals.send(signalTo(run, { stay: null, outcome: 'refused' }))).toBe('repeated')
      expect(await signals.find(first)).toEqual(sentOf(first))
      expect(await signals.send(signalTo(run, { name: 'resume' }))).toBe('sent')
      expect(await signals.send(signalTo(other))).toBe('sent')
    })

    test('knows a signal by its key after it was taken, too', async () => {
      const run = newRun()
      const tested = await opened(run)
      const signal = signalTo(run)
      await tested.signals.send(signal)
      await takeIt(tested, { run, id: signal.id })
      expect(await tested.signals.find(signal)).toEqual(sentOf(signal))
      expect(await tested.signals.send({ ...signalTo(run), expectedVersion: 2, stay: 2 })).toBe('repeated')
    })

    test.each([
      ['has moved on since it was read', advance, 1],
      ['has ended', end, 2],
    ])('keeps no signal to a run that %s', async (_what, change, expectedVersion) => {
      const run = newRun()
      const { ledger, signals } = await opened(run)
      await ledger.commit([change(run)])
      const signal = signalTo(run, { expectedVersion })
      expect(await signals.send(signal)).toBe('changed')
      expect(await signals.find(signal)).toBeNull()
    })

    test('keeps no signal to a run that is not there', async () => {
      const { signals } = await opened()
      const signal = signalTo(newRun())
      expect(await signals.send(signal)).toBe('changed')
      expect(await signals.find(signal)).toBeNull()
    })

    test('changes nothing of the run but the time at which something happened to it', async () => {
      const run = newRun()
      const { ledger, signals } = await opened(run)
      const [before] = await ledger.read([run.uuid])
      await signals.send(signalTo(run, { sentAt: T0 + 70 }))
      expect(await ledger.read([run.uuid])).toEqual([{ ...before, updatedAt: T0 + 70 }])
    })

    test('leaves an audit row with each signal, and none where nothing was sent', async () => {
      const run = newRun()
      const { audits, signals } = await opened(run)
      const send = (senderKey: string, changes: Partial<SignalToSend> = {}) => {
        const audit = { ...auditOf(run.uuid), action: 'run.signal', details: { key: senderKey } }
        return signals.send(signalTo(run, { senderKey, audit, ...changes }))
      }
      expect(await send('a')).toBe('sent')
      expect(await send('a')).toBe('repeated')
      expect(await send('b')).toBe('answered')
      expect(await send('c', { expectedVersion: 7 })).toBe('changed')
      expect(await send('d', { name: 'resume' })).toBe('sent')
      const rows = await audits(run.uuid)
      expect(rows.map(({ action, details }) => `${action} ${details.key}`).toSorted()).toEqual(['run.signal a', 'run.signal d'])
    })

    test('keeps one signal for a stay: the second sender learns that it has been answered', async () => {
      const run = newRun()
      const { signals } = await opened(run)
      const first = signalTo(run)
      expect(await signals.send(first)).toBe('sent')
      const second = signalTo(run, { senderKey: 'another', outcome: 'refused' })
      expect(await signals.send(second)).toBe('answered')
      expect(await signals.find(second)).toBeNull()
      expect(await signals.next(awaitedOf(first))).toEqual(sentOf(first))
    })

    test('keeps what was sent to one stay from every other', async () => {
      const run = newRun()
      const { ledger, signals } = await opened(run)
      await signals.send(signalTo(run))
      await ledger.commit([advance(run)])
      const awaited = { runUuid: run.uuid, name: 'approval' }
      expect(await signals.next({ ...awaited, stay: 2 })).toBeNull()
      expect(await signals.next({ ...awaited, stay: null })).toBeNull()
      const later = signalTo(run, { senderKey: 'later', expectedVersion: 2, stay: 2 })
      expect(await signals.send(later)).toBe('sent')
      expect(await signals.next(awaitedOf(later))).toEqual(sentOf(later))
    })

    test('hands out those that may come early in the order of their ids, each once', async () => {
      const run = newRun()
      const tested = await opened(run)
      const [first, second] = ['a', 'b'].map((senderKey) => signalTo(run, { senderKey, stay: null }))
      if (!first || !second) throw new Error('There are two.')
      expect(await tested.signals.send(second)).toBe('sent')
      expect(await tested.signals.send(first)).toBe('sent')
      expect(await tested.signals.next(awaitedOf(first))).toEqual(sentOf(first))
      await takeIt(tested, { run, id: first.id })
      expect(await tested.signals.next(awaitedOf(first))).toEqual(sentOf(second))
    })

    test('takes a signal with the transition, or not at all', async () => {
      const run = newRun()
      const { ledger, signals } = await opened(run)
      const signal = signalTo(run)
      await signals.send(signal)
      const refused = ledger.commitWith({
        transition: advance(run),
        start: [],
        write: async (tx) => {
          await signals.take(tx, { id: signal.id, version: 1 })
          throw new Error('The rest was refused.')
        },
      })
      await expect(refused).rejects.toThrow('The rest was refused.')
      expect(await signals.next(awaitedOf(signal))).toEqual(sentOf(signal))

      expect(await takeIt({ ledger, signals }, { run, id: signal.id })).toBe(true)
      expect(await signals.next(awaitedOf(signal))).toBeNull()
    })

    test('refuses to take a signal twice, and one that was never sent', async () => {
      const [run, other] = [newRun(), newRun()]
      const tested = await opened(run, other)
      const signal = signalTo(run)
      await tested.signals.send(signal)
      await takeIt(tested, { run, id: signal.id })
      await expect(takeIt(tested, { run: other, id: signal.id })).rejects.toThrow(`The signal ${signal.id} is not there to be taken.`)
      await expect(takeIt(tested, { run: other, id: newId() })).rejects.toThrow('is not there to be taken.')
      expect(await tested.ledger.read([other.uuid])).toMatchObject([{ version: 1 }])
    })

    test('lets a signal and the giving up of its state see each other: one was sent and stands, or the sender was told that the run moved on', async () => {
      const runs = Array.from({ length: RACES }, () => newRun())
      const { ledger, signals } = await opened(...runs)
      const outcomes = await Promise.all(
        runs.map(async (run, index) => {
          const signal = signalTo(run)
          const giveUp = () =>
            ledger.commitWith({
              transition: advance(run),
              start: [],
              write: async (tx) => {
                if (await signals.next(awaitedOf(signal), tx)) throw new Error('It came after all.')
              },
            })
          const acts = [() => signals.send(signal), giveUp]
          const [one, two] = await Promise.allSettled((index % 2 === 0 ? acts : acts.toReversed()).map((act) => act()))
          const [sending, givingUp] = index % 2 === 0 ? [one, two] : [two, one]
          const stands = (await signals.next(awaitedOf(signal))) !== null
          return [sending?.status === 'fulfilled' ? sending.value : 'failed', givingUp?.status, stands].join(' ')
        }),
      )
      for (const outcome of outcomes) expect(['sent rejected true', 'changed fulfilled false']).toContain(outcome)
    })

    test('lets one of many senders answer a stay', async () => {
      const run = newRun()
      const { signals } = await opened(run)
      const results = await Promise.all(
        Array.from({ length: RACES }, (_, index) => signals.send(signalTo(run, { senderKey: `k${index}` }))),
      )
      expect(results.toSorted()).toEqual([...Array.from({ length: RACES - 1 }, () => 'answered'), 'sent'])
    })
  })
}

/** To a run that stands waiting in its first version. */
function signalTo(run: NewRun, changes: Partial<SignalToSend> = {}): SignalToSend {
  return {
    ...{ id: newId(), runUuid: run.uuid, name: 'approval', senderKey: 'k-1', outcome: 'approved', payload: {}, sentBy: 'operator' },
    ...{ sentAt: T0 + 5, expectedVersion: 1, stay: 1, audit: auditOf(run.uuid) },
    ...changes,
  }
}

function awaitedOf({ runUuid, name, stay }: SignalToSend): Awaited {
  return { runUuid, name, stay }
}

function sentOf({ id, outcome, payload, sentBy, sentAt }: SignalToSend) {
  return { id, outcome, payload, sentBy, sentAt }
}
