import { describe, expect, test } from 'vitest'
import { advance, complete, insert, newId, newRun, opened, read, requestOf, T0 } from './builders.ts'
import type { OpenLedger } from './ledger-contract.ts'

export function describeAccepting(open: OpenLedger): void {
  describe('accept', () => {
    test('writes runs in version 1 and status new', async () => {
      const tested = await opened(open)
      const run = newRun({ subjectName: 'ivan ivanov', dueAt: T0 + 10 })

      const result = await tested.ledger.accept({ groupUuid: run.groupUuid, request: requestOf(), runs: [run] })

      const { uuid, groupUuid, state } = run
      expect(result).toEqual({ kind: 'accepted', runs: [{ uuid, groupUuid, state, status: 'new', version: 1, inserted: true }] })
      expect(await read(tested, run)).toEqual({
        ...run,
        status: 'new',
        completion: null,
        version: 1,
        attempt: 0,
        result: {},
        pollingUuid: null,
        lastOperationStatus: null,
        errorCode: null,
        errorMessage: null,
        cancelRequestedAt: null,
        updatedAt: T0,
        stateSince: T0,
      })
    })

    test('answers the live run that has the natural key already', async () => {
      const tested = await opened(open)
      const standing = newRun({ liveKey: 'account-create|p1' })
      await insert(tested, standing)
      await tested.ledger.commit([advance(standing)])

      const result = await tested.ledger.accept({
        groupUuid: newId(),
        request: null,
        runs: [newRun({ liveKey: 'account-create|p2' }), newRun({ liveKey: 'account-create|p1' })],
      })

      const { uuid, groupUuid } = standing
      expect(result).toMatchObject({
        runs: [{ inserted: true }, { uuid, groupUuid, state: 'SECOND', status: 'in_progress', version: 2, inserted: false }],
      })
    })

    test('takes a natural key again once its run has ended', async () => {
      const tested = await opened(open)
      const first = newRun({ liveKey: 'account-create|p1' })
      await insert(tested, first)
      await tested.ledger.commit([complete(first)])

      const result = await tested.ledger.accept({ groupUuid: newId(), request: null, runs: [newRun({ liveKey: 'account-create|p1' })] })

      expect(result).toMatchObject({ runs: [{ inserted: true }] })
    })

    test('inserts one of two runs with the same natural key in one request', async () => {
      const tested = await opened(open)
      const [first, second] = [newRun({ liveKey: 'k' }), newRun({ liveKey: 'k' })]

      const result = await tested.ledger.accept({ groupUuid: newId(), request: null, runs: [first, second] })

      expect(result).toMatchObject({
        runs: [
          { uuid: first.uuid, inserted: true },
          { uuid: first.uuid, inserted: false },
        ],
      })
      expect(await tested.ledger.read([first.uuid, second.uuid])).toHaveLength(1)
    })

    test('answers a repeated request with what the first one was told', async () => {
      const tested = await opened(open)
      const run = newRun()
      const request = requestOf({ items: [{ uuid: run.uuid }, { refused: 'ACCOUNT_EXISTS' }] })
      await tested.ledger.accept({ groupUuid: run.groupUuid, request, runs: [run] })

      const again = newRun()
      const result = await tested.ledger.accept({ groupUuid: again.groupUuid, request: { ...request, items: [] }, runs: [again] })

      expect(result).toEqual({ kind: 'repeated', groupUuid: run.groupUuid, items: request.items })
      expect(await tested.ledger.read([again.uuid])).toEqual([])
    })

    test('refuses the key of a request for another body', async () => {
      const tested = await opened(open)
      await tested.ledger.accept({ groupUuid: newId(), request: requestOf(), runs: [newRun()] })

      const other = newRun()
      const result = await tested.ledger.accept({
        groupUuid: other.groupUuid,
        request: requestOf({ bodyHash: 'b'.repeat(64) }),
        runs: [other],
      })

      expect(result).toEqual({ kind: 'conflict' })
      expect(await tested.ledger.read([other.uuid])).toEqual([])
    })

    test('tells whether a request was accepted before', async () => {
      const tested = await opened(open)
      const run = newRun()
      const request = requestOf()
      const find = (changes: object = {}) => tested.ledger.findRequest({ ...request, now: T0, ...changes })
      expect(await find()).toBeNull()
      await tested.ledger.accept({ groupUuid: run.groupUuid, request, runs: [run] })

      expect(await find()).toEqual({ kind: 'repeated', groupUuid: run.groupUuid, items: request.items })
      expect(await find({ bodyHash: 'b'.repeat(64) })).toEqual({ kind: 'conflict' })
      expect(await find({ caller: 'another' })).toBeNull()
      expect(await find({ now: request.expiresAt })).toBeNull()
    })

    test('keeps the keys of two callers apart', async () => {
      const tested = await opened(open)
      await tested.ledger.accept({ groupUuid: newId(), request: requestOf(), runs: [newRun()] })

      const result = await tested.ledger.accept({ groupUuid: newId(), request: requestOf({ caller: 'another' }), runs: [newRun()] })

      expect(result.kind).toBe('accepted')
    })

    test('inserts once when 50 callers send the same request at once', async () => {
      const tested = await opened(open)
      const runs = Array.from({ length: 50 }, () => newRun({ liveKey: 'account-create|p1' }))

      const results = await Promise.all(
        runs.map((run) =>
          tested.ledger.accept({ groupUuid: run.groupUuid, request: requestOf({ items: [{ uuid: run.uuid }] }), runs: [run] }),
        ),
      )

      const winner = results.findIndex(({ kind }) => kind === 'accepted')
      expect(results.filter(({ kind }) => kind === 'accepted')).toHaveLength(1)
      expect(results.filter(({ kind }) => kind === 'repeated')).toHaveLength(49)
      expect(results.find(({ kind }) => kind === 'repeated')).toMatchObject({
        groupUuid: runs[winner]?.groupUuid,
        items: [{ uuid: runs[winner]?.uuid }],
      })
      expect(await tested.ledger.read(runs.map(({ uuid }) => uuid))).toHaveLength(1)
    })

    test('inserts once when 50 callers ask for the same person at once', async () => {
      const tested = await opened(open)
      const runs = Array.from({ length: 50 }, () => newRun({ liveKey: 'account-create|p1' }))

      const results = await Promise.all(runs.map((run) => tested.ledger.accept({ groupUuid: run.groupUuid, request: null, runs: [run] })))

      const answered = results.flatMap((result) => (result.kind === 'accepted' ? result.runs : []))
      expect(answered.filter(({ inserted }) => inserted)).toHaveLength(1)
      expect(new Set(answered.map(({ uuid }) => uuid)).size).toBe(1)
      expect(answered).toHaveLength(50)
    })

    test('accepts a request of 1,000 runs whole', async () => {
      const tested = await opened(open)
      const runs = Array.from({ length: 1_000 }, () => newRun())

      const result = await tested.ledger.accept({ groupUuid: newId(), request: requestOf(), runs })

      expect(result).toMatchObject({ runs: runs.map(({ uuid }) => ({ uuid, inserted: true })) })
      expect(await tested.ledger.read(runs.map(({ uuid }) => uuid))).toHaveLength(1_000)
    })
  })
}
