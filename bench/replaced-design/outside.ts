// The system outside, as little of it as there can be: it answers every call the same after a while, and counts those that it has had before.
import { once } from 'node:events'
import { Agent, createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Outside {
  readonly url: string
  readonly calls: () => { readonly all: number; readonly repeated: number }
  end(): Promise<void>
}

export async function startOutside({ answersAfterMs }: { readonly answersAfterMs: number }): Promise<Outside> {
  const had = new Set<string>()
  let all = 0
  const server = createServer((asked, answer) => {
    all += 1
    had.add(asked.url ?? '')
    if (answersAfterMs === 0) answer.end()
    else setTimeout(() => answer.end(), answersAfterMs)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls: () => ({ all, repeated: all - had.size }),
    async end() {
      server.closeAllConnections()
      server.close()
    },
  }
}

export type CallOutside = (operation: string, id: string) => Promise<void>

/** Both designs call it the same way. */
export function createCallOutside(url: string): CallOutside {
  const agent = new Agent({ keepAlive: true })
  return (operation, id) =>
    new Promise((resolve, reject) => {
      const asked = request(new URL(`/${operation}/${id}`, url), { agent, method: 'POST' }, (answer) => {
        answer.on('error', reject).on('end', resolve)
        answer.resume()
      })
      asked.on('error', reject)
      asked.end()
    })
}
