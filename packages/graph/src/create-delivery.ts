// Sends one to twenty requests in one HTTP request, alone as itself, several as a $batch, and gives each its own answer. It limits the time,
// renews the token once for what was refused with a 401, and turns whatever comes back into GraphAnswers. It never waits, and repeats
// nothing that may have been done: only a 401, and a batch that Graph refused to read, say for certain that nothing was.
import { randomUUID } from 'node:crypto'
import { type BatchItem, batchBodyOf, readBatch } from './batch-body.ts'
import type { Exchange, HttpAnswer } from './create-exchange.ts'
import type { TokenSource } from './create-token-source.ts'
import { credentialError } from './credential-failure.ts'
import type { GraphAnswer } from './graph-answer.ts'
import { type GraphRequest, pathOf, whereOf } from './graph-request.ts'
import { findNetworkFailure } from './network-failure.ts'
import { readRefusal } from './read-refusal.ts'

export interface Parcel extends BatchItem {
  /** False once all who asked have left. */
  isWanted(): boolean
  answer(answer: GraphAnswer): void
  /** Where there is no answer for a reason that an answer has no word for. Does nothing once it is answered. */
  fail(error: unknown): void
}

/** Never rejects; every parcel is answered or fails. When the signal fires, those still open fail with its reason. */
export type Deliver = (parcels: readonly Parcel[], signal: AbortSignal) => Promise<void>

interface DeliveryOptions {
  readonly exchange: Exchange
  /** For the token and the exchange together. */
  readonly timeoutMs: number
  readonly tokens: TokenSource
  readonly now: () => number
}

interface Attempt {
  readonly token: string
  /** Without those whose callers had left by then: they may be at it elsewhere. */
  readonly sent: readonly Parcel[]
  /** Null: Graph would not read the batch. */
  readonly answers: readonly GraphAnswer[] | null
}

export function createDelivery({ exchange, timeoutMs, tokens, now }: DeliveryOptions): Deliver {
  async function attempt(given: readonly Parcel[], stop: AbortSignal): Promise<Attempt> {
    const signal = AbortSignal.any([stop, AbortSignal.timeout(timeoutMs)])
    const token = await tokens.get(signal).catch((error: unknown) => {
      stop.throwIfAborted()
      throw credentialError(error)
    })
    const sent = given.filter((parcel) => parcel.isWanted())
    try {
      const [first, ...others] = sent
      if (!first) return { token, sent, answers: [] }
      const answers = others.length === 0 ? [await sendAlone(first, { token, signal })] : await sendTogether(sent, { token, signal })
      return { token, sent, answers }
    } catch (error) {
      stop.throwIfAborted()
      return { token, sent, answers: sent.map(({ request }) => lossOf({ error, request, timeoutMs })) }
    }
  }

  async function sendAlone({ request, runUuid }: Parcel, under: { token: string; signal: AbortSignal }): Promise<GraphAnswer> {
    const { method, body } = request
    const http = await exchange({ method, path: pathOf(request), body, correlationId: runUuid, ...under })
    if (!http.ok) return refusalOf({ http, request, now: now() })
    const where = whereOf({ request, requestId: http.headers.get('request-id') })
    return { kind: 'success', status: http.status, body: http.body, where }
  }

  async function sendTogether(parcels: readonly Parcel[], under: { token: string; signal: AbortSignal }): Promise<Attempt['answers']> {
    const body = batchBodyOf(parcels)
    const http = await exchange({ method: 'POST', path: '/$batch', body, correlationId: randomUUID(), ...under })
    if (http.ok) return readBatch({ items: parcels, body: http.body, headers: http.headers, now: now() })
    if (isAboutTheBatch(http)) return null
    return parcels.map(({ request }) => refusalOf({ http, request, now: now() }))
  }

  async function deliver({ parcels, stop, mayRenew }: Delivery): Promise<void> {
    try {
      const { token, sent, answers } = await attempt(parcels, stop)
      if (answers === null) {
        // One of them may be what Graph cannot read; the others must not pay for it.
        await Promise.all(sent.map((parcel) => deliver({ parcels: [parcel], stop, mayRenew })))
        return
      }
      const again: Parcel[] = []
      for (const [index, parcel] of sent.entries()) {
        const answer = answers[index]
        if (mayRenew && answer?.kind === 'refused' && answer.meaning === 'unauthenticated') again.push(parcel)
        else if (answer) parcel.answer(answer)
      }
      if (again.length === 0) return
      tokens.refuse(token)
      await deliver({ parcels: again, stop, mayRenew: false })
    } catch (error) {
      for (const parcel of parcels) parcel.fail(error)
    }
  }

  return (parcels, signal) => deliver({ parcels, stop: signal, mayRenew: true })
}

interface Delivery {
  readonly parcels: readonly Parcel[]
  readonly stop: AbortSignal
  /** Whether a 401 may be the old token's; a second one is everybody's. */
  readonly mayRenew: boolean
}

/** Refusals that stand for each of the items: who asks, how much, and whether anybody is there. Any other 4xx dislikes the batch itself. */
const EVERY_ITEMS = new Set([401, 408, 424, 429])

function isAboutTheBatch({ status }: HttpAnswer): boolean {
  return status >= 400 && status < 500 && !EVERY_ITEMS.has(status)
}

function refusalOf({ http, request, now }: { http: HttpAnswer; request: GraphRequest; now: number }): GraphAnswer {
  const { status, headers, body } = http
  const where = whereOf({ request, requestId: headers.get('request-id') })
  return readRefusal({ purpose: request.purpose, status, retryAfter: headers.get('Retry-After'), body, where, now })
}

function lossOf({ error, request, timeoutMs }: { error: unknown; request: GraphRequest; timeoutMs: number }): GraphAnswer {
  const where = whereOf({ request, requestId: null })
  if (error instanceof Error && error.name === 'TimeoutError') {
    return { kind: 'lost', mayHaveArrived: true, reason: `No answer within ${timeoutMs / 1_000} s`, where }
  }
  const failure = findNetworkFailure(error)
  if (failure === null) throw error
  return { kind: 'lost', mayHaveArrived: failure.mayHaveArrived, reason: `The connection failed with ${failure.code}`, where }
}
