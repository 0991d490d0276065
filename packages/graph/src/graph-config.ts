import { z } from 'zod'

const Guid = z.guid().toLowerCase()
const HttpsUrl = z.url({ protocol: /^https$/ }).transform((url) => url.replace(/\/+$/, ''))

/**
 * What the workers that talk to Microsoft Graph read from their environment: spread `GraphConfig.shape` into an app's schema.
 * A secret, a certificate, or neither: then the machine's own identity is used (workload identity, managed identity).
 */
export const GraphConfig = z.object({
  GRAPH_TENANT_ID: z.union([Guid, z.hostname()]).optional().describe('The tenant (directory) id; needed with a secret or a certificate.'),
  GRAPH_CLIENT_ID: Guid.optional().describe(
    'The application (client) id; with neither secret nor certificate, the user-assigned managed identity to use.',
  ),
  GRAPH_CLIENT_SECRET: z.string().min(1).optional().describe('The value of a client secret.'),
  GRAPH_CLIENT_CERTIFICATE_PATH: z
    .string()
    .min(1)
    .optional()
    .describe('Instead of a secret: a PEM file that holds a certificate and its private key.'),
  GRAPH_BASE_URL: HttpsUrl.default('https://graph.microsoft.com').describe(
    'Microsoft Graph; another host for national clouds or the simulator.',
  ),
  GRAPH_AUTHORITY_HOST: HttpsUrl.default('https://login.microsoftonline.com').describe('Who issues the tokens.'),
  GRAPH_DOMAIN: z.hostname().toLowerCase().describe("The accounts' verified domain: what stands after the @ in their names."),
  GRAPH_MARKER: z
    .enum(['externalId', 'employeeId'])
    .default('externalId')
    .describe(
      'Which property says whose account it is: externalId creates through /education/users, employeeId (at most 16 characters) through /users.',
    ),
  GRAPH_LICENCE_SKU_STUDENT: Guid.optional().describe('The skuId of the licence that students get; none if it is not set.'),
  GRAPH_LICENCE_SKU_TEACHER: Guid.optional().describe('The skuId of the licence that teachers get; none if it is not set.'),
  GRAPH_USAGE_LOCATION: z
    .string()
    .regex(/^[A-Z]{2}$/, 'expected two capital letters, such as BG')
    .default('BG')
    .describe('The country where the accounts are used; Microsoft assigns no licence without it.'),
  GRAPH_REQUEST_TIMEOUT_MS: z.coerce
    .number()
    .int()
    .min(10)
    .max(300_000)
    .default(30_000)
    .describe('How long one request may take, to the last byte of its answer.'),
  GRAPH_BATCH_WINDOW_MS: z.coerce
    .number()
    .int()
    .min(0)
    .max(10_000)
    .default(250)
    .describe('How long a call of a bulk run waits for others, to go out with them as one $batch of up to 20; 0: every call goes alone.'),
  GRAPH_BATCHES_AT_ONCE: z.coerce
    .number()
    .int()
    .min(1)
    .max(100)
    .default(8)
    .describe('How many batches a process may have under way before further bulk calls gather; single requests are never held back.'),
})
export type GraphConfig = z.infer<typeof GraphConfig>
