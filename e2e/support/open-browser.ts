/** A browser as far as the dashboard can tell: it keeps cookies, names the origin of what it sends, and follows no redirects by itself. */
export interface DashboardBrowser {
  readonly cookies: ReadonlyMap<string, string>
  get(path: string): Promise<PageAnswer>
  /** Loads a page, and sends its form for this action with these fields filled in. */
  submit(form: { readonly on: string; readonly action: string; readonly fields: Readonly<Record<string, string>> }): Promise<PageAnswer>
  /** As the script of Bull Board's page asks. */
  call(method: 'GET' | 'PUT', path: string): Promise<PageAnswer>
}

export interface PageAnswer {
  readonly status: number
  readonly location: string | null
  readonly text: string
}

export function openBrowser(url: string): DashboardBrowser {
  const cookies = new Map<string, string>()

  async function send(method: string, path: string, init: { headers?: Record<string, string>; body?: string } = {}): Promise<PageAnswer> {
    const own = method === 'GET' ? {} : { origin: url, 'sec-fetch-site': 'same-origin' }
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const answer = await fetch(new URL(path, url), {
      ...init,
      method,
      redirect: 'manual',
      headers: { cookie, ...own, ...init.headers },
      signal: AbortSignal.timeout(30_000),
    })
    for (const line of answer.headers.getSetCookie()) {
      const [name = '', value = ''] = (line.split(';')[0] ?? '').split('=')
      if (value === '') cookies.delete(name)
      else cookies.set(name, value)
    }
    return { status: answer.status, location: answer.headers.get('location'), text: await answer.text() }
  }

  return {
    cookies,
    get: (path) => send('GET', path),

    async submit({ on, action, fields }) {
      const { text } = await send('GET', on)
      const [form] = text.match(new RegExp(`<form[^>]*action="${action}"[\\s\\S]*?</form>`)) ?? []
      if (form === undefined) throw new Error(`The page ${on} has no form for ${action}.`)
      const hidden = [...form.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)].map(([, name = '', value = '']) => [
        name,
        value,
      ])
      const chosen = [...form.matchAll(/<select[^>]*name="([^"]+)"><option value="([^"]+)"/g)].map(([, name = '', value = '']) => [
        name,
        value,
      ])
      const body = new URLSearchParams({ ...Object.fromEntries([...hidden, ...chosen]), ...fields }).toString()
      return send('POST', action, { body, headers: { 'content-type': 'application/x-www-form-urlencoded' } })
    },

    call: (method, path) => send(method, path, { headers: { 'x-xsrf-token': cookies.get('XSRF-TOKEN') ?? '' } }),
  }
}
