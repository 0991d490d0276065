import type { CookieSerializeOptions } from '@fastify/cookie'
import type { Site } from './site.ts'

export interface Cookies {
  /** Says who is logged in. */
  readonly session: string
  /** Ties a login form to the browser that was given it. */
  readonly login: string
  readonly hidden: CookieSerializeOptions
  /** For what a page's own script hands back. */
  readonly readable: CookieSerializeOptions
}

/** Bull Board's page reads this cookie and sends it as X-XSRF-TOKEN: its HTTP client does so by itself, under these very names. */
export const BOARD_TOKEN_COOKIE = 'XSRF-TOKEN'
export const BOARD_TOKEN_HEADER = 'x-xsrf-token'

/** Over TLS the names bind the cookies to this very host: no neighbour below the same domain can set them. */
export function cookiesFor({ secure }: Site): Cookies {
  const prefix = secure ? '__Host-' : ''
  const readable = { path: '/', sameSite: 'strict', secure } as const
  return {
    session: `${prefix}rollcall`,
    login: `${prefix}rollcall-login`,
    hidden: { ...readable, httpOnly: true },
    readable,
  }
}
