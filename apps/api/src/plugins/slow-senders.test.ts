import type { AddressInfo } from 'node:net'
import { connect } from 'node:net'
import Fastify, { type FastifyInstance } from 'fastify'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { slowSenders } from './slow-senders.ts'

let app: FastifyInstance
beforeEach(async () => {
  app = Fastify({ forceCloseConnections: true })
  await app.register(slowSenders, { timeoutMs: 50 })
  app.addHook('onRequest', async (request, reply) => {
    if (request.headers.authorization === undefined) return reply.code(401).send('no key')
  })
  const answer = async (request: { readonly body?: unknown }) => `got ${JSON.stringify(request.body ?? null)}`
  app.post('/short', answer)
  app.post('/long', { config: { bodyTimeoutMs: 100_000 } }, answer)
  app.get('/short', async () => 'got nothing')
  await app.listen({ port: 0, host: '127.0.0.1' })
})
afterEach(() => app.close())

/** Sends a head, and the rest of the body when the server has done something or `after` has come to pass. */
async function send({
  head,
  rest,
  after,
}: {
  readonly head: readonly string[]
  readonly rest?: string
  readonly after?: Promise<unknown>
}) {
  const { port } = app.server.address() as AddressInfo
  const socket = connect(port, '127.0.0.1')
  let text = ''
  socket.on('data', (chunk) => {
    text += chunk
  })
  const closed = new Promise<string>((resolve) => socket.on('close', () => resolve(text)))
  socket.on('error', () => {})
  socket.write(`${head.join('\r\n')}\r\n\r\n`)
  if (after) {
    await after
    socket.write(rest ?? '')
  }
  return closed
}

const key = 'Authorization: Bearer x'
const json = ['Host: x', 'Content-Type: application/json', 'Content-Length: 7', 'Connection: close']

it('a body that does not come in time is answered 408, and the connection closed', async () => {
  expect(await send({ head: ['POST /short HTTP/1.1', key, ...json] })).toMatch(/^HTTP\/1\.1 408 .*"status":408/s)
})

it('whoever has shown no key is held to the short time, wherever the body goes', async () => {
  const answer = await send({ head: ['POST /long HTTP/1.1', ...json] })
  expect(answer).toMatch(/^HTTP\/1\.1 401/)
})

it('an upload has a time of its own once the key was judged', async () => {
  const shortOne = send({ head: ['POST /short HTTP/1.1', key, ...json] })
  const answer = await send({ head: ['POST /long HTTP/1.1', key, ...json], rest: '{"a":1}', after: shortOne })
  expect(answer).toMatch(/^HTTP\/1\.1 200 .*got \{"a":1\}/s)
})

it('a request without a body is never late', async () => {
  expect(await send({ head: ['GET /short HTTP/1.1', key, 'Host: x', 'Connection: close'] })).toMatch(/^HTTP\/1\.1 200 .*got nothing/s)
})
