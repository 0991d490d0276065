// Where browsers reach this dashboard, and so: which requests come from its own pages, and how its cookies are kept. What must always hold:
// without a public address nobody but a browser on this machine is served, or a foreign name that was made to point here could speak for it.
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[?::1\]?)$/
const LOOPBACK_WITH_PORT = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/

export interface Site {
  /** Over TLS: cookies are Secure and bound to the host by their names, and browsers are told to stay with TLS. */
  readonly secure: boolean
  /** Whether a request that names this host may be answered at all. */
  servesHost(host: string | undefined): boolean
  isOwnOrigin(request: { readonly origin: string; readonly host: string | undefined }): boolean
}

/** @param publicUrl as DASHBOARD_PUBLIC_URL allows it; null for this machine alone */
export function createSite(publicUrl: string | null): Site {
  const own = publicUrl === null ? null : parsePublicUrl(publicUrl)
  if (own === null) {
    const servesHost = (host: string | undefined) => host !== undefined && LOOPBACK_WITH_PORT.test(host)
    return { secure: false, servesHost, isOwnOrigin: ({ origin, host }) => servesHost(host) && origin === `http://${host}` }
  }
  // The proxy in front may name any host; what browsers may send is judged by the origin.
  return { secure: own.protocol === 'https:', servesHost: () => true, isOwnOrigin: ({ origin }) => origin === own.origin }
}

/** Null where it is no plain address, or one that would carry keys in the clear. */
export function parsePublicUrl(text: string): URL | null {
  const url = URL.parse(text)
  if (url?.pathname !== '/' || url.search !== '' || url.hash !== '' || url.username !== '' || url.password !== '') return null
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname)) ? url : null
}

export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host)
}
