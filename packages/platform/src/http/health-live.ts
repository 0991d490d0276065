import { z } from 'zod'
import type { HttpApp } from './http-app.ts'

export function healthLive(app: HttpApp): void {
  app.get(
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
