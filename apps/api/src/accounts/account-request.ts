// The body of a request for accounts: one person, or up to a thousand. A person alone is refused with the request; among many, each item is
// judged alone. So the array's items are not the schema's business but its result.
import { type InvalidField, invalidFields } from '@rollcall/platform/http'
import { z } from 'zod'

export const MOST_ITEMS = 1_000
/** Listed over all items together: what is refused is answered, and kept with the Idempotency-Key, and must not outgrow what was sent. */
const MOST_ERRORS = 10_000

export type AccountItem<Body> = { readonly body: Body } | { readonly errors: readonly InvalidField[]; readonly omitted: number }

export interface AccountRequest<Body> {
  /** As it was sent. */
  readonly raw: unknown
  /** Whether it came as an array, even of one. */
  readonly many: boolean
  readonly items: readonly AccountItem<Body>[]
}

/**
 * @param item judges one person
 * @param documented the name of the item's schema in the OpenAPI document
 */
export function accountRequest<Body>({ item, documented }: { readonly item: z.ZodType<Body>; readonly documented: string }) {
  const $ref = `#/components/schemas/${documented}`
  const documentation = {
    description: `One person, or an array of 1 to ${MOST_ITEMS.toLocaleString('en')} persons. An invalid item of an array refuses only itself.`,
    oneOf: [{ $ref }, { type: 'array', items: { $ref }, minItems: 1, maxItems: MOST_ITEMS }],
  }
  return z
    .unknown()
    .meta(documentation)
    .transform((raw, context): AccountRequest<Body> => {
      if (!Array.isArray(raw)) {
        const parsed = item.safeParse(raw)
        if (parsed.success) return { raw, many: false, items: [{ body: parsed.data }] }
        for (const issue of parsed.error.issues) context.issues.push(passOn({ issue, input: raw }))
        return z.NEVER
      }
      const list: readonly unknown[] = raw
      if (list.length === 0 || list.length > MOST_ITEMS) {
        const message = `must hold 1 to ${MOST_ITEMS.toLocaleString('en')} items`
        context.issues.push({ code: 'custom', message, input: raw })
        return z.NEVER
      }
      return { raw, many: true, items: judgeAll(list) }
    })

  function judgeAll(list: readonly unknown[]): AccountItem<Body>[] {
    let left = MOST_ERRORS
    return list.map((one, index) => {
      const parsed = item.safeParse(one)
      if (parsed.success) return { body: parsed.data }
      const all = invalidFields({ issues: parsed.error.issues, root: one, source: 'body', within: [index] })
      // Nothing is refused without a reason.
      const errors = all.slice(0, Math.max(1, left))
      left -= errors.length
      return { errors, omitted: all.length - errors.length }
    })
  }
}

/** An issue that zod has reported is a raw one whose path and message are filled in. */
function passOn(found: { readonly issue: z.core.$ZodIssue; readonly input: unknown }): z.core.$ZodRawIssue {
  return { ...found.issue, input: found.input } as z.core.$ZodRawIssue
}
