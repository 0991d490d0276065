import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'

const FOLDER = join(import.meta.dirname, '..', '..', 'assets')

export function getStylesheet(app: FastifyInstance): void {
  app.get('/assets/console.css', { config: { admits: 'public', answers: 'file' } }, (_request, reply) =>
    reply.sendFile('console.css', FOLDER, { cacheControl: false }),
  )
}
