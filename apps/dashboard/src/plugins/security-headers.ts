// What browsers are told on every answer. What must always hold: no script runs but those that this server serves as files, nothing is loaded
// from elsewhere, nobody frames us, and no cache keeps what an operator saw.
import helmet from '@fastify/helmet'
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import type { Site } from '../auth/site.ts'

const HSTS_S = 365 * 24 * 3_600

const NOTHING = { defaultSrc: ["'none'"], frameAncestors: ["'none'"], imgSrc: ["'self'"] }

/** Our own pages: no script at all. */
const PAGES = { ...NOTHING, styleSrc: ["'self'"], formAction: ["'self'"], baseUri: ["'none'"] }

/** Bull Board's page. Its components write style elements of their own; scripts come from files only. */
export const BOARD_POLICY = {
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      ...NOTHING,
      scriptSrc: ["'self'"],
      workerSrc: ["'self'"],
      connectSrc: ["'self'"],
      styleSrc: ["'self'", "'unsafe-inline'"],
      imgSrc: ["'self'", 'data:'],
      formAction: ["'none'"],
      baseUri: ["'self'"],
    },
  },
}

export const securityHeaders = fp(
  async (app: FastifyInstance, { site }: { readonly site: Site }) => {
    await app.register(helmet, {
      contentSecurityPolicy: { useDefaults: false, directives: PAGES },
      strictTransportSecurity: site.secure && { maxAge: HSTS_S, includeSubDomains: false },
      // Not `no-referrer`: under that browsers send forms with `Origin: null`, and ours would look foreign.
      referrerPolicy: { policy: 'same-origin' },
      xFrameOptions: { action: 'deny' },
    })
    app.addHook('onRequest', async (_request, reply) => {
      reply.headers({
        'cache-control': 'no-store',
        'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
      })
    })
  },
  { name: 'security-headers' },
)
