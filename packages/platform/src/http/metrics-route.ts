import type { Registry } from 'prom-client'
import { z } from 'zod'
import type { HttpApp } from './http-app.ts'
import { keyProblems } from './problem-responses.ts'

export function metricsRoute(app: HttpApp, { registry }: { readonly registry: Registry }): void {
  app.get(
    '/metrics',
    {
      config: { access: 'observe', quiet: true },
      schema: {
        tags: ['health'],
        summary: 'Metrics for Prometheus',
        description: 'Asks for a key like everything that tells how much work there is: give Prometheus one of the role reader.',
        response: {
          200: { description: 'In the text format.', content: { 'text/plain': { schema: z.string() } } },
          ...keyProblems,
        },
      },
    },
    async (_request, reply) =>
      reply
        .header('content-type', registry.contentType)
        .serializer(asText)
        .send(await registry.metrics()),
  )
}

function asText(text: unknown): string {
  return String(text)
}
