import { z } from 'zod'

const Guid = z.guid()
const HttpsUrl = z.url({ protocol: /^https$/ }).transform((url) => url.replace(/\/+$/, ''))

/**
 * What the workers that talk to Microsoft Graph read from their environment. Merge it into an app's schema with `...GraphConfig.shape`.
 * Secret, certificate, or neither: without both, the machine's own identity is used (workload identity, managed identity).
 */
export const GraphConfig = z.object({
  /** The tenant (directory) id; needed with a secret or a certificate. */
  GRAPH_TENANT_ID: z.union([Guid, z.hostname()]).optional(),
  /** The application (client) id; with neither secret nor certificate, the user-assigned managed identity to use. */
  GRAPH_CLIENT_ID: Guid.optional(),
  GRAPH_CLIENT_SECRET: z.string().min(1).optional(),
  /** A PEM file that holds the certificate and its private key. */
  GRAPH_CLIENT_CERTIFICATE_PATH: z.string().min(1).optional(),
  /** Another host for national clouds or the simulator. */
  GRAPH_BASE_URL: HttpsUrl.default('https://graph.microsoft.com'),
  GRAPH_AUTHORITY_HOST: HttpsUrl.default('https://login.microsoftonline.com'),
  /** The verified domain of the accounts: what stands after the @ in their user principal names. */
  GRAPH_DOMAIN: z.hostname().toLowerCase(),
  /**
   * Which property holds the person's id, so that an account is known as ours: `externalId` creates through /education/users,
   * `employeeId` through /users (Entra takes at most 16 characters there).
   */
  GRAPH_MARKER: z.enum(['externalId', 'employeeId']).default('externalId'),
  /** The skuId that students get; without it they get no licence. */
  GRAPH_LICENCE_SKU_STUDENT: Guid.optional(),
  /** The skuId that teachers get; without it they get no licence. */
  GRAPH_LICENCE_SKU_TEACHER: Guid.optional(),
  /** The country where the services are used, two letters; Microsoft assigns no licence without it. */
  GRAPH_USAGE_LOCATION: z
    .string()
    .regex(/^[A-Z]{2}$/, 'expected two capital letters, such as BG')
    .default('BG'),
  /** How long one request may take, from its first byte to the last byte of its answer. */
  GRAPH_REQUEST_TIMEOUT_MS: z.coerce.number().int().min(10).max(300_000).default(30_000),
})
export type GraphConfig = z.infer<typeof GraphConfig>
