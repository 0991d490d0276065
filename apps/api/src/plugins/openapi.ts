// The OpenAPI document at /docs/json and its page at /docs, made from the same zod schemas that judge the requests.
import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { AccessTable } from '@rollcall/platform/http'
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod'
import { ACCESS } from '../auth/access.ts'
import { withOptionalBodies } from '../openapi/with-optional-bodies.ts'
import { withoutUnused } from '../openapi/without-unused.ts'

const PREFIX = '/docs'
const TABLE: AccessTable = ACCESS
const DESCRIPTION = `Asks for accounts, follows the runs that make them, and lets operators replay and cancel.

Every refusal is a problem document (RFC 9457) with a \`code\`; those of a body name every wrong field. Nothing of a refused request is kept.
Every answer has an \`X-Request-Id\`; send your own (letters, digits, hyphens) to find it in our log.`

export const openapi = fp(
  async (app: FastifyInstance) => {
    app.addHook('onRoute', (route) => {
      if (route.url === PREFIX || route.url.startsWith(`${PREFIX}/`)) route.config = { ...route.config, access: 'public', quiet: true }
      const access = route.config?.access
      if (!route.schema || access === undefined || access === 'public') return
      const roles = `For the roles ${(TABLE[access] ?? []).join(', ')}.`
      route.schema = { ...route.schema, description: [route.schema.description, roles].filter(Boolean).join('\n\n') }
    })
    await app.register(swagger, {
      openapi: {
        openapi: '3.1.0',
        info: { title: 'Rollcall', version: '0.1.0', description: DESCRIPTION },
        tags: [
          { name: 'accounts', description: 'Ask for accounts.' },
          { name: 'imports', description: 'Ask for the accounts of a whole file.' },
          { name: 'runs', description: 'Follow what becomes of them.' },
          { name: 'operations', description: 'For operators. Every change needs a reason and is audited.' },
          { name: 'jobs', description: 'What the clock starts: when, with which settings, and what came of it. Changes are for admins.' },
          { name: 'organisations', description: 'The accounts of organisations, whose status follows their registration.' },
          { name: 'registrations', description: 'For the registration service.' },
          { name: 'health', description: 'For those who watch.' },
        ],
        components: {
          securitySchemes: {
            bearer: { type: 'http', scheme: 'bearer', description: 'An API key.' },
            apiKey: { type: 'apiKey', in: 'header', name: 'X-API-KEY', description: 'The same key.' },
          },
        },
        security: [{ bearer: [] }, { apiKey: [] }],
      },
      transform: jsonSchemaTransform,
      transformObject: (document) => withOptionalBodies(withoutUnused(jsonSchemaTransformObject(document))),
    })
    await app.register(swaggerUi, { routePrefix: PREFIX, staticCSP: true })
  },
  { name: 'openapi' },
)
