// The registration service in memory: says what it was told, or is away for as long as the test says so.
import { SystemicError, TerminalError, TransientError } from '@rollcall/engine'
import { statusSyncErrors } from '../errors.ts'
import type { RegistrationAnswer, RegistrationKey, Registrations } from '../ports/registrations.ts'
import type { Registration } from '../rules/account.ts'

export type ServiceMode = 'up' | 'down' | 'refusing' | 'unreadable'

export interface InMemoryRegistrations extends Registrations {
  /** How it answers from now on. */
  mode: ServiceMode
  /** How many requests it was sent, answered or not. */
  readonly requests: () => number
  /** Called before each answer; what it throws comes instead. */
  beforeAnswer: (keys: readonly RegistrationKey[]) => void | Promise<void>
  put(...registrations: readonly Registration[]): void
  remove(registrationId: string): void
  /** From now on, what it says of this registration cannot be read. */
  garble(registrationId: string): void
}

export function createInMemoryRegistrations(initial: readonly Registration[] = []): InMemoryRegistrations {
  const standing = new Map(initial.map((registration) => [registration.registrationId, registration]))
  const garbled = new Set<string>()
  let requests = 0

  function answerTo(key: RegistrationKey): RegistrationAnswer {
    const found = [...standing.values()].filter((one) =>
      'userId' in key ? one.userId === key.userId : one.registrationNumber === key.registrationNumber,
    )
    const [only] = found
    if (!only) return { kind: 'none' }
    if (garbled.has(only.registrationId)) return { kind: 'unreadable', field: 'version', shape: 'string of length 1' }
    if (found.length > 1) return { kind: 'several', registrationIds: found.map(({ registrationId }) => registrationId) }
    return { kind: 'found', registration: only }
  }

  async function answer<Answer>(keys: readonly RegistrationKey[], make: () => Answer): Promise<Answer> {
    requests += 1
    await itself.beforeAnswer(keys)
    if (itself.mode === 'down') throw new TransientError(statusSyncErrors.REGISTRATIONS_UNAVAILABLE)
    if (itself.mode === 'refusing') throw new SystemicError(statusSyncErrors.REGISTRATIONS_REFUSED)
    if (itself.mode === 'unreadable') throw new TerminalError(statusSyncErrors.REGISTRATIONS_UNREADABLE)
    return make()
  }

  const itself: InMemoryRegistrations = {
    mode: 'up',
    requests: () => requests,
    beforeAnswer: () => undefined,
    put(...registrations) {
      for (const registration of registrations) standing.set(registration.registrationId, registration)
    },
    remove: (registrationId) => void standing.delete(registrationId),
    find: (keys) => answer(keys, () => keys.map(answerTo)),
    garble: (registrationId) => void garbled.add(registrationId),
    ping: () => answer([], () => undefined),
  }
  return itself
}
