// A browser as far as the dashboard can tell: it keeps cookies, names the origin of what it sends, and fills in forms as they stand on the page.
import type { FastifyInstance } from 'fastify'
import { type HTMLElement, parse } from 'node-html-parser'

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: string
  readonly page: HTMLElement
  // The tests read many shapes of answers; each asserts the one that it expects.
  // biome-ignore lint/suspicious/noExplicitAny: see above
  readonly json: () => any
}

export interface Cookie {
  readonly value: string
  readonly attributes: readonly string[]
}

type Headers = Readonly<Record<string, string | undefined>>

export interface Browser {
  readonly cookies: Map<string, Cookie>
  get(path: string, headers?: Headers): Promise<Answer>
  /** Fills in the form with this action on a page and sends it. */
  submit(form: { readonly on: string; readonly action: string; readonly fields?: Headers }, headers?: Headers): Promise<Answer>
  /** Sends a form whose fields are all given. */
  post(path: string, fields: Headers, headers?: Headers): Promise<Answer>
  /** As Bull Board's page asks: JSON, with the readable cookie handed back as a header. */
  call(
    method: 'GET' | 'PUT' | 'POST' | 'PATCH',
    path: string,
    options?: { readonly body?: unknown; readonly headers?: Headers },
  ): Promise<Answer>
  logIn(who: { readonly name: string; readonly key: string; readonly next?: string }): Promise<Answer>
}

export function openBrowser({ app, origin }: { readonly app: FastifyInstance; readonly origin: string }): Browser {
  const cookies = new Map<string, Cookie>()
  const { host } = new URL(origin)

  async function send(
    method: 'GET' | 'PUT' | 'POST' | 'PATCH',
    path: string,
    { headers = {}, payload }: { readonly headers?: Headers; readonly payload?: string | undefined } = {},
  ): Promise<Answer> {
    const cookie = [...cookies].map(([name, { value }]) => `${name}=${value}`).join('; ')
    const sent = {
      host,
      ...(cookie !== '' && { cookie }),
      ...(method !== 'GET' && { origin, 'sec-fetch-site': 'same-origin' }),
      ...headers,
    }
    const given = Object.fromEntries(Object.entries(sent).filter(([, value]) => value !== undefined))
    const answer = await app.inject({ method, url: path, headers: given, ...(payload !== undefined && { payload }) })
    keepCookies([answer.headers['set-cookie'] ?? []].flat())
    return {
      status: answer.statusCode,
      headers: answer.headers,
      body: answer.body,
      page: parse(answer.body),
      json: () => JSON.parse(answer.body),
    }
  }

  function keepCookies(set: readonly string[]): void {
    for (const line of set) {
      const [pair = '', ...attributes] = line.split('; ')
      const at = pair.indexOf('=')
      const [name, value] = [pair.slice(0, at), pair.slice(at + 1)]
      if (attributes.some((one) => one === 'Max-Age=0' || one.startsWith('Expires=Thu, 01 Jan 1970'))) cookies.delete(name)
      else cookies.set(name, { value: decodeURIComponent(value), attributes })
    }
  }

  function post(path: string, fields: Headers, headers: Headers = {}): Promise<Answer> {
    const given = Object.entries(fields).flatMap(([name, value]): [string, string][] => (value === undefined ? [] : [[name, value]]))
    const payload = new URLSearchParams(given).toString()
    return send('POST', path, { payload, headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers } })
  }

  const browser: Browser = {
    cookies,
    get: (path, headers = {}) => send('GET', path, { headers }),
    post,

    async submit({ on, action, fields = {} }, headers = {}) {
      const { page } = await send('GET', on)
      const form = page.querySelector(`form[action="${action}"]`)
      if (!form) throw new Error(`The page ${on} has no form for ${action}.`)
      const standing = form.querySelectorAll('input').map((input) => [input.getAttribute('name') ?? '', input.getAttribute('value') ?? ''])
      const chosen = form
        .querySelectorAll('select')
        .map((select) => [select.getAttribute('name') ?? '', select.querySelector('option')?.getAttribute('value') ?? ''])
      return post(action, { ...Object.fromEntries([...standing, ...chosen]), ...fields }, headers)
    },

    call(method, path, { body, headers = {} } = {}) {
      const token = cookies.get('XSRF-TOKEN')?.value
      const asked = { accept: 'application/json', ...(method !== 'GET' && token !== undefined && { 'x-xsrf-token': token }) }
      const type = body === undefined ? {} : { 'content-type': 'application/json' }
      return send(method, path, {
        headers: { ...asked, ...type, ...headers },
        payload: body === undefined ? undefined : JSON.stringify(body),
      })
    },

    logIn: ({ name, key, next }) =>
      browser.submit({
        on: next === undefined ? '/login' : `/login?next=${encodeURIComponent(next)}`,
        action: '/login',
        fields: { name, key },
      }),
  }
  return browser
}
