// The levers of the Graph simulator, for demo, tests and bench: seed it, give it faults, ask what it has seen.
import { readFile } from 'node:fs/promises'
import { request } from 'node:https'

export interface SimulatorClient {
  post<Answer>(path: string, body: object): Promise<Answer>
  get<Answer>(path: string): Promise<Answer>
  delete(path: string): Promise<void>
}

/** @param caFile the authority that the simulator made for itself */
export async function createSimulatorClient({ url, caFile }: { readonly url: string; readonly caFile: string }): Promise<SimulatorClient> {
  const ca = await readFile(caFile)

  function call(method: string, path: string, body?: object): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const payload = body === undefined ? undefined : JSON.stringify(body)
      const outgoing = request(
        new URL(`/simulator${path}`, url),
        { method, ca, headers: { 'content-type': 'application/json' } },
        (answer) => {
          const chunks: Buffer[] = []
          answer.on('data', (chunk: Buffer) => chunks.push(chunk))
          answer.on('error', reject)
          answer.on('end', () => {
            const text = Buffer.concat(chunks).toString()
            if ((answer.statusCode ?? 500) >= 400) reject(new Error(`Simulator ${method} ${path}: ${answer.statusCode} ${text}`))
            else resolve(text === '' ? undefined : JSON.parse(text))
          })
        },
      )
      outgoing.on('error', reject)
      outgoing.end(payload)
    })
  }

  return {
    post: <Answer>(path: string, body: object) => call('POST', path, body) as Promise<Answer>,
    get: <Answer>(path: string) => call('GET', path) as Promise<Answer>,
    async delete(path) {
      await call('DELETE', path)
    },
  }
}
