import { Counter, Gauge, type Registry } from 'prom-client'

export interface PushMetrics {
  readonly pushes: Counter<'outcome'>
  readonly pending: Gauge
  readonly oldestSeconds: Gauge
}

export function createPushMetrics(registry: Registry): PushMetrics {
  const registers = [registry]
  return {
    pushes: new Counter({
      name: 'rollcall_registration_pushes_total',
      help: 'Tries to tell of a change of a registration: delivered, repeated (the receiver had it), failed (tried again), given_up (the receiver does not take it, or was away for three days) or dropped.',
      labelNames: ['outcome'],
      registers,
    }),
    pending: new Gauge({
      name: 'rollcall_registration_pushes_pending',
      help: 'Changes of registrations that are still to be told of.',
      registers,
    }),
    oldestSeconds: new Gauge({
      name: 'rollcall_registration_pushes_oldest_seconds',
      help: 'For how long the oldest change of a registration has not been taken; 0 where none waits.',
      registers,
    }),
  }
}
