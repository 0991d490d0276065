import { startReceiver } from '@rollcall/platform/testing'

interface Push {
  readonly webhookId: string
  readonly timestamp: number
  readonly registrationId: string
  readonly version: number
  readonly body: unknown
}

export interface PushReceiver {
  readonly url: string
  /** Those whose signature holds, in the order in which they came. */
  readonly received: readonly Push[]
  readonly forged: () => number
  /** The status of the next answers; null: no answer. @defaultValue 202, and 409 for what came before */
  answer: ((push: Push) => number | null) | null
  /** What the next answers ask the sender to wait, in seconds. */
  retryAfter: number | null
  close(): void
}

/** Takes pushes as the API does: what is not signed is refused, what comes again is answered with 409. */
export async function startPushReceiver({ secret }: { readonly secret: string }): Promise<PushReceiver> {
  const receiver = await startReceiver({ secret })
  const received: Push[] = []
  const pushes: PushReceiver = {
    url: receiver.url,
    received,
    forged: receiver.unsigned,
    answer: null,
    retryAfter: null,
    close: receiver.close,
  }
  receiver.answer = ({ id, ...body }, timestamp) => {
    const { registrationId, version } = body.data
    const push = { webhookId: id, timestamp, registrationId: String(registrationId), version: Number(version), body }
    const isKnown = received.some(({ webhookId }) => webhookId === id)
    received.push(push)
    const status = pushes.answer ? pushes.answer(push) : isKnown ? 409 : 202
    const { retryAfter } = pushes
    return status === null
      ? null
      : { status, headers: { location: '/elsewhere', ...(retryAfter !== null && { 'retry-after': `${retryAfter}` }) } }
  }
  return pushes
}
