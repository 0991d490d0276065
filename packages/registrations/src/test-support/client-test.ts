// What the tests of the client share: a service over real HTTP, pauses that are over at once and noted, and time that the test moves.
import type { RegistrationKey } from '@rollcall/status-sync'
import { afterEach, beforeEach, vi } from 'vitest'
import { createRegistrationsClient, type RegistrationsClientOptions, type RegistrationsNotice } from '../registrations-client.ts'
import type { BatchBody, BatchItem } from '../wire.ts'
import { type Heard, type Said, type ScriptedService, startScriptedService } from './start-scripted-service.ts'

export const KEY = 'rk_s_only-for-this-test'
export const never = new AbortController().signal
export const one: readonly RegistrationKey[] = [{ userId: 'u-1' }]

export function clientTest() {
  let service: ScriptedService
  let notices: RegistrationsNotice[]
  beforeEach(async () => {
    service = await startScriptedService()
    notices = []
    // Sockets have timers of their own; only the pauses, the limits and the breaker's time are the test's.
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
  })
  afterEach(async () => {
    vi.useRealTimers()
    await service.close()
  })

  return {
    get service() {
      return service
    },
    async restart() {
      service = await startScriptedService()
    },
    /** Pauses between tries are over at once, and noted. */
    client(options: Partial<RegistrationsClientOptions> = {}) {
      const notify = (notice: RegistrationsNotice) => {
        notices.push(notice)
        if (notice.kind === 'retrying') setImmediate(() => vi.advanceTimersByTime(notice.pauseMs))
      }
      return createRegistrationsClient({ url: service.url, key: KEY, random: () => 0.5, notify, ...options })
    },
    told: <Kind extends RegistrationsNotice['kind']>(kind: Kind) =>
      notices.filter((notice): notice is Extract<RegistrationsNotice, { kind: Kind }> => notice.kind === kind),
    pauses: () => notices.flatMap((notice) => (notice.kind === 'retrying' ? [notice.pauseMs] : [])),
    breaker: () => notices.flatMap((notice) => (notice.kind === 'breaker' ? [notice.state] : [])),
  }
}

export function askedFor({ body }: Heard): BatchItem['asked'][] {
  const { registrationNumbers = [], userIds = [] }: BatchBody = JSON.parse(body)
  return [...registrationNumbers.map((registrationNumber) => ({ registrationNumber })), ...userIds.map((userId) => ({ userId }))]
}

/** Knows nobody. */
export function nobody(heard: Heard): Said {
  return { body: { success: true, data: askedFor(heard).map((asked) => ({ result: 'notFound', asked })) } }
}

/** Settles with what a rejected promise was rejected with. */
export async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    (value) => ({ resolved: value }),
    (error: unknown) => error,
  )
}
