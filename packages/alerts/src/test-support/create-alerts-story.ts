// The evaluator and the process that tells of alerts, on a virtual clock: what is measured is what the test says.
import { createIds } from '@rollcall/engine'
import { createStory, type Story } from '@rollcall/engine/testing'
import { createWebhook } from '@rollcall/platform'
import { SECRET } from '@rollcall/platform/testing'
import { onTestFinished, vi } from 'vitest'
import { type AlertMeasures, createEvaluate, type Evaluation } from '../evaluate.ts'
import { createAlertHandlers } from '../handlers.ts'
import type { Alert, Alerts } from '../ports/alerts.ts'
import type { Webhook } from '../ports/webhook.ts'
import { ALERT_RULE_NAMES, type AlertRuleName, type Sample } from '../rules.ts'
import { createInMemoryAlerts } from '../testing/in-memory-alerts.ts'

export interface AlertsStory extends Story {
  readonly alerts: Alerts & { readonly all: () => readonly Alert[] }
  /** `level message: summary`, in order. */
  readonly logged: readonly string[]
  /** What the rules measure from now on. An error: it cannot be asked. */
  readonly measured: Partial<Record<AlertRuleName, readonly Sample[] | Error>>
  /** An evaluator; several may be made. */
  evaluator(changes?: { readonly alerts?: Alerts; readonly enqueue?: Story['dispatcher']['enqueue'] }): () => Promise<Evaluation>
  evaluate(): Promise<Evaluation>
  /** Looks every so often for as long. */
  watch(times: { readonly everyMs: number; readonly forMs: number }): Promise<void>
  /** `subject change` of every notification that there is. */
  notifications(): string[]
}

/**
 * @param url of a receiver; null: alerts are told to the log only
 * @param fetch for a receiver that is asked a thousand times
 */
export function createAlertsStory({
  url,
  fetch = globalThis.fetch,
}: {
  readonly url: string | null
  readonly fetch?: typeof globalThis.fetch
}): AlertsStory {
  const logged: string[] = []
  const log = (level: string, fields: Readonly<Record<string, unknown>>, message: string) =>
    void logged.push(`${level} ${message}: ${fields.summary}`)
  // The receiver judges the age of a signature by the machine's clock.
  vi.useFakeTimers({ toFake: ['Date'] })
  onTestFinished(() => void vi.useRealTimers())
  const real = url === null ? null : createWebhook({ url, secret: SECRET, fetch })
  const webhook: Webhook | null = real && {
    send(sending) {
      vi.setSystemTime(story.clock.now())
      return real.send(sending)
    },
  }
  // The handlers are handed to the story that they work with; nothing is asked of them before it stands.
  const story: Story = createStory({
    handlers: createAlertHandlers({
      webhook,
      fleet: 'test',
      log,
      queries: {
        async list({ process, subjectId }) {
          return { runs: story.ledger.runs().filter((run) => run.process === process && run.subjectId === subjectId), next: null }
        },
      },
    }),
  })
  const alerts = createInMemoryAlerts({ ledger: story.ledger })
  const measured: AlertsStory['measured'] = {}
  const measures = Object.fromEntries(ALERT_RULE_NAMES.map((rule) => [rule, async () => samplesOf(measured[rule])])) as AlertMeasures
  const newId = createIds(story.clock)

  const itself: AlertsStory = {
    ...story,
    alerts,
    logged,
    measured,
    evaluator: ({ alerts: store = alerts, enqueue = story.dispatcher.enqueue } = {}) =>
      createEvaluate({ alerts: store, measures, dispatcher: { enqueue }, clock: story.clock, newId, notify: () => undefined, log }),
    evaluate: () => itself.evaluator()(),
    async watch({ everyMs, forMs }) {
      const evaluate = itself.evaluator()
      for (const until = story.clock.now() + forMs; story.clock.now() < until; ) {
        story.clock.moveTo(story.clock.now() + everyMs)
        await evaluate()
      }
    },
    notifications: () => story.ledger.runs().map(({ input }) => `${input.subject} ${input.change}`),
  }
  return itself
}

function samplesOf(said: readonly Sample[] | Error | undefined): readonly Sample[] {
  if (said instanceof Error) throw said
  return said ?? []
}
