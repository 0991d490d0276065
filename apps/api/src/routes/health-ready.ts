import type { Clock } from '@rollcall/engine'
import { createReadiness, type HealthProbes } from '@rollcall/platform'
import { z } from 'zod'
import type { Api } from '../api.ts'

const upOrDown = z.enum(['up', 'down'])
const Ready = z
  .object({
    status: z.enum(['ready', 'degraded', 'unavailable']).meta({
      description: 'degraded: work is taken, but Redis or workers are missing. unavailable: send nothing here.',
    }),
    database: upOrDown,
    redis: upOrDown,
    silentWorkers: z.array(z.string()).meta({ description: 'Workers that have not been heard of for too long.' }),
  })
  .meta({ id: 'Readiness' })

export function healthReady(api: Api, deps: { readonly health: HealthProbes; readonly clock: Clock }): void {
  const readiness = createReadiness(deps)
  api.get(
    '/health/ready',
    {
      config: { access: 'public', quiet: true },
      schema: {
        tags: ['health'],
        summary: 'Can this instance take work?',
        security: [],
        response: { 200: Ready, 503: Ready.meta({ description: 'SQL cannot be reached.' }) },
      },
    },
    async (_request, reply) => {
      const { silentWorkers, ...found } = await readiness()
      return reply.code(found.status === 'unavailable' ? 503 : 200).send({ ...found, silentWorkers: [...silentWorkers] })
    },
  )
}
