import { type Notify, queueName } from '@rollcall/engine'

/** Every notice about a job is a sign that its queue is being worked. */
export function countSigns(notify: Notify): { readonly notify: Notify; readonly signsOf: (queue: string) => number } {
  const signs = new Map<string, number>()
  return {
    signsOf: (queue) => signs.get(queue) ?? 0,
    notify(notice) {
      if ('run' in notice && notice.run && 'process' in notice.run) {
        const queue = queueName(notice.run)
        signs.set(queue, (signs.get(queue) ?? 0) + 1)
      }
      notify(notice)
    },
  }
}
