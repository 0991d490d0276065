import { z } from 'zod'
import type { Api } from '../api.ts'

export function healthLive(api: Api): void {
  api.get(
    '/health/live',
    {
      config: { access: 'public', quiet: true },
      schema: {
        tags: ['health'],
        summary: 'Is this process alive?',
        security: [],
        response: { 200: z.object({ status: z.literal('live') }) },
      },
    },
    async () => ({ status: 'live' as const }),
  )
}
