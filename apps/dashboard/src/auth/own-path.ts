/** A path of this server and nothing else: what browsers would take for another host becomes the overview. */
export function ownPath(path: string): string {
  const url = URL.parse(path, 'http://own.invalid')
  const isOwn = /^\/(?![/\\])/.test(path) && url?.origin === 'http://own.invalid'
  return isOwn ? `${url.pathname}${url.search}` : '/'
}
