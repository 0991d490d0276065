/** A path of this server and nothing else: what browsers would take for another host becomes the overview. */
export function ownPath(path: string): string {
  const url = URL.parse(path, 'http://own.invalid')
  const own = path.startsWith('/') && url?.origin === 'http://own.invalid' ? `${url.pathname}${url.search}` : '/'
  // Judged as it leaves here: `/.//host` is a path of ours until its dot is resolved, and then another host's.
  return /^\/(?![/\\])/.test(own) ? own : '/'
}
