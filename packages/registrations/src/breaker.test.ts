import { TransientError } from '@rollcall/engine'
import { describe, expect, test, vi } from 'vitest'
import { clientTest, failureOf, never, nobody, one } from './test-support/client-test.ts'

const suite = clientTest()

describe('the breaker', () => {
  const failing = () => suite.client({ retries: 0 })

  /** Fails or answers as the letters say. */
  async function calls(registrations: ReturnType<typeof failing>, letters: string): Promise<unknown[]> {
    const failures = []
    for (const letter of letters) {
      suite.service.script = letter === 'f' ? () => ({ status: 500 }) : nobody
      failures.push(await failureOf(registrations.find(one, never)))
    }
    return failures
  }

  test('opens when half of the last twenty calls have failed, and then leaves the service alone', async () => {
    const registrations = failing()
    await calls(registrations, 'ffffffffffaaaaaaaaa')
    expect(suite.breaker()).toEqual([])
    await calls(registrations, 'f')
    expect(suite.breaker()).toEqual(['open'])
    const [failure] = await calls(registrations, 'a')
    expect(failure).toBeInstanceOf(TransientError)
    expect(String(failure)).toContain('It failed too often of late and is left alone for a while.')
    expect(suite.service.heard).toHaveLength(20)
  })

  test('stays closed below that', async () => {
    const registrations = failing()
    await calls(registrations, 'fffffffffaaaaaaaaaaa'.repeat(2))
    expect(suite.breaker()).toEqual([])
  })

  test('lets one call try after thirty seconds: it closes if that gets through, and opens again if it does not', async () => {
    const registrations = failing()
    await calls(registrations, 'f'.repeat(20))
    vi.advanceTimersByTime(29_999)
    await calls(registrations, 'a')
    expect(suite.service.heard).toHaveLength(20)
    vi.advanceTimersByTime(1)
    await calls(registrations, 'ff')
    expect(suite.service.heard).toHaveLength(21)
    expect(suite.breaker()).toEqual(['open', 'halfOpen', 'open'])
    vi.advanceTimersByTime(30_000)
    expect(await calls(registrations, 'aaf')).toMatchObject([{ resolved: [{ kind: 'none' }] }, {}, {}])
    expect(suite.breaker()).toEqual(['open', 'halfOpen', 'open', 'halfOpen', 'closed'])
  })

  test('counts neither a refused key, nor an unreadable answer, nor whoever hangs up', async () => {
    const registrations = failing()
    const hangingUp = async () => {
      const caller = new AbortController()
      suite.service.script = () => {
        caller.abort(new Error('enough'))
        return 'silence'
      }
      await failureOf(registrations.find(one, caller.signal))
    }
    for (let round = 0; round < 8; round += 1) {
      await hangingUp()
      for (const said of [{ status: 401 }, { body: 'no' }]) {
        suite.service.script = () => said
        await failureOf(registrations.find(one, never))
      }
    }
    expect(suite.breaker()).toEqual([])
  })
})
