import { setTimeout as pause } from 'node:timers/promises'
import { httpErrors, refusal } from '@rollcall/platform/http'
import type { FastifyInstance, FastifyReply } from 'fastify'
import fp from 'fastify-plugin'
import type { FaultSwitch } from './fault-switch.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Fails when it is told to. */
    breakable?: boolean
  }
}

const HALF_AN_ANSWER = '{"success":true,"data":{"registrationNumber":'

/** Lets breakable routes fail as the switch says, whoever asks. */
export const faults = fp(
  async (app: FastifyInstance, { faults: faultSwitch }: { readonly faults: FaultSwitch }) => {
    app.addHook('onRequest', async (request, reply) => {
      if (request.routeOptions.config.breakable) return fail({ faultSwitch, reply })
    })
  },
  { name: 'faults' },
)

async function fail({ faultSwitch, reply }: { readonly faultSwitch: FaultSwitch; readonly reply: FastifyReply }): Promise<unknown> {
  const { delayMs, retryAfterSeconds } = faultSwitch.current()
  switch (faultSwitch.draw()) {
    case 'none':
      return
    case 'down':
      reply.hijack()
      reply.raw.destroy()
      return
    case 'slow':
      await pause(delayMs)
      return
    case 'errors':
      throw refusal(httpErrors.INTERNAL_ERROR, { detail: 'A fault was asked for.' })
    case 'malformed':
      return reply.header('content-type', 'application/json').serializer(String).send(HALF_AN_ANSWER)
    case 'throttled':
      throw refusal(httpErrors.TOO_MANY_REQUESTS, { detail: 'A fault was asked for.' }, { 'retry-after': String(retryAfterSeconds) })
  }
}
