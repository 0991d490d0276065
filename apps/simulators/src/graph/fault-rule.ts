/* What a fault rule may say. The admin endpoint and in-process tests share this schema. */
import { z } from 'zod'

const Status = z.int().min(400).max(599)

export const Fault = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('throttle429'), retryAfterSeconds: z.number().min(0).default(1) }),
  z.strictObject({
    kind: z.literal('error'),
    status: Status,
    code: z.string(),
    message: z.string().default('Injected by a fault rule.'),
    retryAfterSeconds: z.number().min(0).optional(),
  }),
  z.strictObject({ kind: z.literal('commitThen'), status: Status, code: z.string().optional(), message: z.string().optional() }),
  z.strictObject({ kind: z.literal('conflict') }),
  z.strictObject({ kind: z.literal('concurrencyViolation') }),
  z.strictObject({ kind: z.literal('quotaExceeded') }),
  z.strictObject({ kind: z.literal('forbidden') }),
  z.strictObject({ kind: z.literal('slow'), ms: z.number().min(0) }),
  /** The work is done at once, the answer comes late: whoever dies meanwhile leaves an account that nobody was told of. */
  z.strictObject({ kind: z.literal('commitThenSlow'), ms: z.number().min(0) }),
  z.strictObject({ kind: z.literal('reset') }),
  z.strictObject({ kind: z.literal('commitThenReset') }),
  z.strictObject({ kind: z.literal('expireTokens') }),
  /** On `/$batch`: no item is carried out and each is answered 424, as the directory does under load; on anything else that one alone. */
  z.strictObject({ kind: z.literal('failedDependency'), retryAfterSeconds: z.number().min(0).optional() }),
  /** On an item of a batch: carried out, and left out of the batch's answer. On a request of its own the connection is cut instead. */
  z.strictObject({ kind: z.literal('omit') }),
])

export const FaultRule = z
  .strictObject({
    match: z
      .strictObject({
        method: z.enum(['GET', 'POST', 'PATCH', 'PUT', 'DELETE']).optional(),
        // Below /v1.0; `*` stands for one segment, `**` for any number: '/education/classes/*/members/$ref'.
        // One that ends in '/oauth2/v2.0/token' is about the token endpoint, which no other rule touches.
        pathPattern: z.string().startsWith('/').optional(),
        /** Found anywhere in the JSON text of the body. */
        bodyContains: z.string().optional(),
        /** The user the request is about: in the path, a filter, the body's userPrincipalName or a reference. */
        upn: z.string().optional(),
        /** The class or group in the path. */
        classId: z.string().optional(),
      })
      .default({}),
    fault: Fault,
    /** Fires with this chance, from the seeded stream. */
    probability: z.number().min(0).max(1).optional(),
    /** Fires at most so often, then the rule is spent. */
    times: z.int().min(1).optional(),
    /** Fires on every n-th match. */
    every: z.int().min(1).optional(),
    /** Lets the first n matches through. */
    after: z.int().min(0).optional(),
  })
  .describe('A fault on demand')

export type Fault = z.output<typeof Fault>
export type FaultRule = z.output<typeof FaultRule>
export type FaultRuleInput = z.input<typeof FaultRule>
