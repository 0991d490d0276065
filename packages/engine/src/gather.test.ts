import { describe, expect, test } from 'vitest'
import { gather } from './gather.ts'

/** A flush that notes its batches and answers when it is told to. */
function controlled<Result>(resultOf: (item: number) => Result) {
  const batches: number[][] = []
  const waiting: (() => void)[] = []
  const flush = async (items: readonly number[]) => {
    batches.push([...items])
    await new Promise<void>((resolve) => waiting.push(resolve))
    return items.map(resultOf)
  }
  return {
    flush,
    batches,
    /** Lets the flush under way answer, and waits until the next one has begun or everything has settled. */
    async release() {
      waiting.shift()?.()
      await turn()
    },
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

describe('calls that arrive together', () => {
  test('become one flush, and each gets its own result', async () => {
    const batches: number[][] = []
    const double = gather<number, number>({
      max: 500,
      flush: async (items) => {
        batches.push([...items])
        return items.map((item) => item * 2)
      },
    })
    expect(await Promise.all([3, 1, 2].map(double))).toEqual([6, 2, 4])
    expect(batches).toEqual([[3, 1, 2]])
  })

  test('are cut to the largest batch, in their order', async () => {
    const batches: number[][] = []
    const same = gather<number, number>({
      max: 2,
      flush: async (items) => {
        batches.push([...items])
        return items
      },
    })
    await Promise.all([1, 2, 3, 4, 5].map(same))
    expect(batches).toEqual([[1, 2], [3, 4], [5]])
  })
})

describe('while a flush is under way', () => {
  test('the next batch fills up and waits: one flush is in flight', async () => {
    const { flush, batches, release } = controlled((item) => item)
    const same = gather({ max: 500, flush })
    const first = same(1)
    await turn()
    const others = [same(2), same(3)]
    await turn()
    expect(batches).toEqual([[1]])
    await release()
    expect(await first).toBe(1)
    expect(batches).toEqual([[1], [2, 3]])
    await release()
    expect(await Promise.all(others)).toEqual([2, 3])
  })

  test('a call that comes when all is done begins anew', async () => {
    const { flush, batches, release } = controlled((item) => item)
    const same = gather({ max: 500, flush })
    for (const item of [1, 2]) {
      const called = same(item)
      await turn()
      await release()
      expect(await called).toBe(item)
    }
    expect(batches).toEqual([[1], [2]])
  })
})

describe('a flush that fails', () => {
  test('fails the calls of its batch alone', async () => {
    const picky = gather<number, number>({
      max: 2,
      flush: async (items) => {
        if (items.includes(2)) throw new Error('no 2')
        return items
      },
    })
    const settled = await Promise.allSettled([1, 2, 3, 4].map(picky))
    expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled', 'fulfilled'])
    expect(await picky(5)).toBe(5)
  })

  test('fails them also where it throws before its first await', async () => {
    const broken = gather<number, number>({
      max: 2,
      flush: () => {
        throw new Error('at once')
      },
    })
    await expect(broken(1)).rejects.toThrow('at once')
    await expect(broken(2)).rejects.toThrow('at once')
  })

  test('is one that answers too few results', async () => {
    const short = gather<number, number>({ max: 9, flush: async () => [1] })
    const settled = await Promise.allSettled([short(1), short(2)])
    expect(settled).toMatchObject([{ status: 'rejected' }, { reason: { message: 'A flush of 2 items answered 1 results.' } }])
  })
})
