import { type Closure, FLEET, type ProcessDefinition, resourcesOf } from '@rollcall/engine'
import { refusal } from '@rollcall/platform/http'
import { z } from 'zod'
import { apiErrors } from '../problems/api-errors.ts'
import { isoOf } from '../runs/run-view.ts'

export const ResourceParams = z.object({
  name: z
    .string()
    .max(60)
    .meta({ examples: ['graph'] }),
})

export const ResourceView = z
  .object({
    name: z.string().meta({ examples: ['graph'] }),
    closed: z
      .boolean()
      .meta({ description: 'Whether the whole fleet leaves it alone until it is reopened; `fleet`: takes up no work at all.' }),
    closure: z
      .object({
        errorCode: z.string().meta({ examples: ['DIRECTORY_FORBIDDEN'] }),
        cause: z.string(),
        closedAt: z.iso.datetime(),
        closedBy: z.string(),
      })
      .nullable(),
  })
  .meta({ id: 'Resource' })
export type ResourceView = z.infer<typeof ResourceView>

export function resourceView({ name, closures }: { readonly name: string; readonly closures: readonly Closure[] }): ResourceView {
  const closure = closures.find(({ resource }) => resource === name)
  if (!closure) return { name, closed: false, closure: null }
  const { errorCode, cause, closedAt, closedBy } = closure
  return { name, closed: true, closure: { errorCode, cause, closedAt: isoOf(closedAt), closedBy } }
}

/** The whole fleet, and the outside systems that the processes' tables name. */
export function resourceNames(processes: readonly ProcessDefinition[]): string[] {
  return [FLEET, ...resourcesOf(processes)]
}

/** @throws ProblemError RESOURCE_NOT_FOUND */
export function assertResource({ name, processes }: { readonly name: string; readonly processes: readonly ProcessDefinition[] }): void {
  const names = resourceNames(processes)
  if (!names.includes(name)) throw refusal(apiErrors.RESOURCE_NOT_FOUND, { detail: `Known are ${names.join(', ')}.` })
}
