import { setImmediate } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { METER_LIMITS, meterBytes } from './meter-bytes.ts'

const limits = { ...METER_LIMITS, idleMs: 1_000, wholeMs: 60_000 }
beforeEach(() => vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] }))
afterEach(() => vi.useRealTimers())

async function* aWordAtATime(words: readonly string[]): AsyncGenerator<Uint8Array, void> {
  for (const word of words) yield Buffer.from(word)
}

/** Reads on, and lets time pass before it asks for more. */
async function readAll(bytes: AsyncIterable<Uint8Array>, { pauseMs = 0 } = {}): Promise<string> {
  let text = ''
  for await (const chunk of bytes) {
    text += Buffer.from(chunk).toString()
    vi.advanceTimersByTime(pauseMs)
  }
  return text
}

describe('a metered upload', () => {
  it('comes through as it is, and is told from others by its hash', async () => {
    const one = meterBytes(aWordAtATime(['role', ';x']), limits)
    const other = meterBytes(aWordAtATime(['role;', 'x']), limits)
    expect(await Promise.all([readAll(one.bytes), readAll(other.bytes)])).toEqual(['role;x', 'role;x'])
    expect(one.digest()).toBe(other.digest())
  })

  it('gives others a turn after each chunk, although the next one is there', async () => {
    const words: string[] = []
    const { bytes } = meterBytes(aWordAtATime(['a', 'b', 'c']), limits)
    let isReading = true
    const others = async () => {
      for (; isReading; await setImmediate()) words.push('-')
    }
    const read = async () => {
      for await (const chunk of bytes) words.push(Buffer.from(chunk).toString())
      isReading = false
    }
    await Promise.all([others(), read()])
    expect(words.join('')).toMatch(/^-a-+b-+c-*$/)
  })

  it('is not given up for a pause that is ours', async () => {
    const { bytes } = meterBytes(aWordAtATime(['a', 'b', 'c']), limits)
    expect(await readAll(bytes, { pauseMs: 10_000 })).toBe('abc')
  })

  it('is given up after a pause that is the sender’s', async () => {
    const source = { next: () => new Promise<never>(() => {}) }
    const reading = expect(readAll(meterBytes(source, limits).bytes)).rejects.toMatchObject({
      errorCode: { code: 'IMPORT_INCOMPLETE' },
      message: expect.stringContaining('Its bytes came too slowly.'),
    })
    await vi.advanceTimersByTimeAsync(1_000)
    await reading
  })

  it('has an end, whoever is slow', async () => {
    const { bytes } = meterBytes(aWordAtATime(['a', 'b', 'c', 'd']), limits)
    await expect(readAll(bytes, { pauseMs: 20_000 })).rejects.toMatchObject({
      errorCode: { code: 'IMPORT_INCOMPLETE' },
      message: expect.stringContaining('It was not through after 1 min.'),
    })
  })

  it('is cut off behind the last byte that it may have', async () => {
    const { bytes } = meterBytes(aWordAtATime(['12345', '6']), { ...limits, mostBytes: 5 })
    await expect(readAll(bytes)).rejects.toMatchObject({ errorCode: { code: 'IMPORT_TOO_LARGE' } })
  })
})
