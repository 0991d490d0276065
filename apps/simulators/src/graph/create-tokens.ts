/* Issues opaque bearer tokens and knows which of them still hold. Nothing is ever remembered beyond a token's life. */
import { randomBytes } from 'node:crypto'
import type { SimulatorClock } from '../clock.ts'
import { graphErrors } from './graph-errors.ts'

export const TOKEN_LIFETIME_SECONDS = 3599
const CLEAN_EVERY = 1000

export interface Tokens {
  issue(clientId: string): { accessToken: string; expiresInSeconds: number }
  /** The application behind an Authorization header; throws the 401 that Graph answers. */
  clientOf(authorization: string | undefined): string
  expireAll(): void
}

export function createTokens({ clock, lifetimeSeconds }: { clock: SimulatorClock; lifetimeSeconds: number }): Tokens {
  const live = new Map<string, { clientId: string; expiresAt: number }>()
  let issued = 0
  const forgetExpired = () => {
    const longAgo = clock.now() - lifetimeSeconds * 1000
    for (const [token, { expiresAt }] of live) if (expiresAt < longAgo) live.delete(token)
  }
  return {
    issue(clientId) {
      issued += 1
      if (issued % CLEAN_EVERY === 0) forgetExpired()
      const accessToken = randomBytes(48).toString('base64url')
      live.set(accessToken, { clientId, expiresAt: clock.now() + lifetimeSeconds * 1000 })
      return { accessToken, expiresInSeconds: lifetimeSeconds }
    },
    clientOf(authorization) {
      const token = authorization?.startsWith('Bearer ') === true ? authorization.slice('Bearer '.length).trim() : ''
      if (token === '') throw graphErrors.missingToken()
      const known = live.get(token)
      if (known === undefined) throw graphErrors.malformedToken()
      if (clock.now() >= known.expiresAt) throw graphErrors.expiredToken()
      return known.clientId
    },
    expireAll() {
      for (const token of live.values()) token.expiresAt = Math.min(token.expiresAt, clock.now())
    },
  }
}
