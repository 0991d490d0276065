import { describe, expect, test } from 'vitest'
import { SECRET, startReceiver } from '../testing/start-receiver.ts'
import { createWebhook } from './create-webhook.ts'

const message = { id: 'm1', body: { type: 'alert.firing', data: { fleet: 'test' } } }
const signal = new AbortController().signal
const send = (webhook: ReturnType<typeof createWebhook>, now = Date.now()) => webhook.send({ message, now, signal })

describe('a webhook', () => {
  test('delivers what is signed so that the receiver can check it', async () => {
    const receiver = await startReceiver()
    expect(await send(createWebhook({ url: receiver.url, secret: SECRET }))).toEqual({ kind: 'delivered' })
    expect(receiver.taken).toEqual([{ id: 'm1', ...message.body }])
  })

  test('sends a text as it is', async () => {
    const receiver = await startReceiver()
    const webhook = createWebhook({ url: receiver.url, secret: SECRET })
    const body = '{ "type":"registration.changed", "data":{"version":1} }'
    await webhook.send({ message: { id: 'm2', body }, now: Date.now(), signal })
    expect(receiver.taken).toEqual([{ id: 'm2', type: 'registration.changed', data: { version: 1 } }])
  })

  test('signs with the time of the try, which a receiver does not take when it is old', async () => {
    const receiver = await startReceiver()
    expect(await send(createWebhook({ url: receiver.url, secret: SECRET }), Date.now() - 600_000)).toMatchObject({
      why: 'It answered 401.',
    })
  })

  test('follows no redirection: what is signed for one address goes to no other', async () => {
    const other = await startReceiver()
    const receiver = await startReceiver()
    receiver.answer = () => ({ status: 307, headers: { location: other.url } })
    expect(await send(createWebhook({ url: receiver.url, secret: SECRET }))).toMatchObject({ kind: 'refused', why: 'It answered 307.' })
    expect(other.asked()).toBe(0)
  })

  test.each([
    { header: '120', ms: 120_000 },
    { header: 'Tue, 01 Sep 2026 08:02:00 GMT', ms: 120_000 },
    { header: 'soon', ms: null },
    { header: '0', ms: null },
    { header: 'Tue, 01 Sep 2026 07:00:00 GMT', ms: null },
  ])('reads "Retry-After: $header" as $ms ms', async ({ header, ms }) => {
    const fetch = async () => new Response(null, { status: 503, headers: { 'retry-after': header } })
    const webhook = createWebhook({ url: 'http://127.0.0.1', secret: SECRET, fetch })
    expect(await send(webhook, Date.UTC(2026, 8, 1, 8))).toEqual({
      kind: 'refused',
      status: 503,
      retryAfterMs: ms,
      why: 'It answered 503.',
    })
  })

  test('says why it could not be reached, without the address', async () => {
    const receiver = await startReceiver()
    const webhook = createWebhook({ url: receiver.url.replace(/\d+\/hooks$/, '1/token'), secret: SECRET })
    expect(await send(webhook)).toEqual({
      kind: 'refused',
      status: null,
      retryAfterMs: null,
      why: expect.stringMatching(/^It could not be reached \(\w+\)\.$/),
    })
  })

  test('does not wait for long for one that does not answer', async () => {
    const fetch: typeof globalThis.fetch = (_url, init) =>
      new Promise((_resolve, reject) => init?.signal?.addEventListener('abort', () => reject(init.signal?.reason)))
    const webhook = createWebhook({ url: 'http://127.0.0.1', secret: SECRET, fetch, timeoutMs: 1 })
    expect(await send(webhook)).toMatchObject({ why: 'It could not be reached (TimeoutError).' })
  })
})
