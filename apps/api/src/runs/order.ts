import { NO_REASON } from '@rollcall/engine'

export { Reason } from '@rollcall/engine'

/** For orders that need no reason, whose whole body may be left out. */
export function reasonOf(body: { readonly reason?: string | undefined } | null | undefined): string {
  return body?.reason ?? NO_REASON
}
