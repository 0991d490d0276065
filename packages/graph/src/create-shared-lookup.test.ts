import { describe, expect, test } from 'vitest'
import { createSharedLookup } from './create-shared-lookup.ts'

function setUp({ limit = 10, load }: { limit?: number; load?: (key: string) => Promise<string> } = {}) {
  const asked: string[] = []
  let now = 0
  const lookup = createSharedLookup<string>({
    load: (key) => {
      asked.push(key)
      return load ? load(key) : Promise.resolve(`id of ${key}`)
    },
    keepMs: (value) => (value === 'none' ? 10 : 1_000),
    limit,
    now: () => now,
  })
  const caller = { signal: new AbortController().signal, runUuid: 'run', bulk: false }
  return { lookup, asked, caller, advance: (ms: number) => (now += ms) }
}

describe('a shared look-up', () => {
  test('asks once for callers that come together, and not again while the answer is kept', async () => {
    const { lookup, asked, caller, advance } = setUp()
    expect(await Promise.all([lookup.get('a', caller), lookup.get('a', caller)])).toEqual(['id of a', 'id of a'])
    await lookup.get('a', caller)
    expect(asked).toEqual(['a'])
    advance(1_000)
    await lookup.get('a', caller)
    expect(asked).toEqual(['a', 'a'])
  })

  test('keeps an answer as long as that answer is worth', async () => {
    const { lookup, asked, caller, advance } = setUp({ load: () => Promise.resolve('none') })
    await lookup.get('a', caller)
    advance(9)
    await lookup.get('a', caller)
    advance(1)
    await lookup.get('a', caller)
    expect(asked).toEqual(['a', 'a'])
  })

  test('asks anew for a caller whom the kept answer is not enough for, and keeps what it learns for all', async () => {
    let answer = 'none'
    const { lookup, asked, caller } = setUp({ load: () => Promise.resolve(answer) })
    await lookup.get('a', caller)
    answer = 'there'
    expect(await lookup.get('a', caller)).toBe('none')
    expect(await lookup.get('a', caller, (kept) => kept !== 'none')).toBe('there')
    expect(await lookup.get('a', caller, (kept) => kept !== 'none')).toBe('there')
    expect(await lookup.get('a', caller)).toBe('there')
    expect(asked).toEqual(['a', 'a'])
  })

  test('lets a caller who must be quick not wait for a look-up that may wait for company, and others join his', async () => {
    const answers = [Promise.withResolvers<string>(), Promise.withResolvers<string>()]
    let next = 0
    const { lookup, caller } = setUp({ load: () => answers[next++]?.promise ?? Promise.reject(new Error('asked too often')) })
    const patient = lookup.get('a', { ...caller, bulk: true })
    const quick = [lookup.get('a', caller), lookup.get('a', { ...caller, bulk: true })]
    answers[1]?.resolve('quick')
    expect(await Promise.all(quick)).toEqual(['quick', 'quick'])
    answers[0]?.resolve('patient')
    expect([await patient, await lookup.get('a', caller)]).toEqual(['patient', 'quick'])
  })

  test('keeps no failure', async () => {
    let fails = true
    const { lookup, caller } = setUp({ load: () => (fails ? Promise.reject(new Error('down')) : Promise.resolve('up')) })
    await expect(lookup.get('a', caller)).rejects.toThrow('down')
    fails = false
    expect(await lookup.get('a', caller)).toBe('up')
  })

  test('forgets what was longest unused once it holds too many', async () => {
    const { lookup, asked, caller } = setUp({ limit: 2 })
    for (const key of ['a', 'b', 'a', 'c', 'a', 'b']) await lookup.get(key, caller)
    expect(asked).toEqual(['a', 'b', 'c', 'b'])
  })

  test('lets a caller leave without taking the answer from the others', async () => {
    const answer = Promise.withResolvers<string>()
    const { lookup, caller } = setUp({ load: () => answer.promise })
    const stop = new AbortController()
    const leaving = lookup.get('a', { ...caller, signal: stop.signal })
    const staying = lookup.get('a', caller)
    stop.abort(new Error('stopped'))
    await expect(leaving).rejects.toThrow('stopped')
    answer.resolve('late')
    expect(await staying).toBe('late')
  })

  test('does not keep a caller waiting who has stopped already', async () => {
    const { lookup, caller } = setUp({ load: () => Promise.withResolvers<string>().promise })
    await expect(lookup.get('a', { ...caller, signal: AbortSignal.abort(new Error('stopped')) })).rejects.toThrow('stopped')
  })

  test('begins nothing for a caller who has stopped already, whose failure nobody would hear of', async () => {
    const { lookup, asked, caller } = setUp({ load: () => Promise.reject(new Error('down')) })
    await expect(lookup.get('a', { ...caller, signal: AbortSignal.abort(new Error('stopped')) })).rejects.toThrow('stopped')
    expect(asked).toEqual([])
  })

  test('does not keep an answer that was on its way when the key was forgotten', async () => {
    const answers = [Promise.withResolvers<string>(), Promise.withResolvers<string>()]
    let next = 0
    const { lookup, caller } = setUp({ load: () => answers[next++]?.promise ?? Promise.reject(new Error('asked too often')) })
    const early = lookup.get('a', caller)
    lookup.forget('a')
    const late = lookup.get('a', caller)
    answers[0]?.resolve('old')
    answers[1]?.resolve('new')
    expect(await Promise.all([early, late, lookup.get('a', caller)])).toEqual(['old', 'new', 'new'])
  })
})
