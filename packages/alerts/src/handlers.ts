// What worker-sync loads: it judges and tells. The API and the dashboard load `index.ts` instead.
import { defineHandlers, type StateHandlers } from '@rollcall/engine'
import { alertNotification } from './alert-notification/process.ts'
import { createNotify, type NotifyPorts } from './alert-notification/states/notify.ts'

export * from './evaluate.ts'
export type * from './log.ts'
export type * from './ports/webhook.ts'

export function createAlertHandlers(ports: NotifyPorts): StateHandlers[] {
  return [defineHandlers(alertNotification, 'sync', { NOTIFY: createNotify(ports) })]
}
