import type { Closures, ProcessDefinition } from '@rollcall/engine'
import { keyProblems } from '@rollcall/platform/http'
import { z } from 'zod'
import type { Api } from '../api.ts'
import { ResourceView, resourceNames, resourceView } from '../resources/resource-view.ts'

export interface ListResourcesDeps {
  readonly closures: Pick<Closures, 'list'>
  readonly processes: readonly ProcessDefinition[]
}

export function listResources(api: Api, { closures, processes }: ListResourcesDeps): void {
  api.get(
    '/resources',
    {
      config: { access: 'observe' },
      schema: {
        tags: ['operations'],
        summary: 'List the outside systems, and which of them are closed',
        description: 'A resource closes by itself when errors are everybody’s (credentials, permissions, quotas), or by an operator.',
        response: { 200: z.object({ resources: z.array(ResourceView) }), ...keyProblems },
      },
    },
    async () => {
      const closed = await closures.list()
      return { resources: resourceNames(processes).map((name) => resourceView({ name, closures: closed })) }
    },
  )
}
