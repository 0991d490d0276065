import type { SwaggerTransformObject } from '@fastify/swagger'

type OpenApiDocument = ReturnType<SwaggerTransformObject>

/** The type provider describes every named schema twice, as it comes in and as it goes out; what nothing refers to is taken out again. */
export function withoutUnused(document: OpenApiDocument): OpenApiDocument {
  if (!('components' in document) || !document.components?.schemas) return document
  const { schemas } = document.components
  const used = new Set<string>()
  const follow = (part: unknown) => {
    for (const name of namesIn(part)) {
      if (used.has(name)) continue
      used.add(name)
      follow(schemas[name])
    }
  }
  follow(document.paths)
  for (const name of Object.keys(schemas)) if (!used.has(name)) delete schemas[name]
  return document
}

function namesIn(part: unknown): string[] {
  const references = JSON.stringify(part ?? null).matchAll(/"#\/components\/schemas\/([^"]+)"/g)
  return [...references].map(([, name = '']) => name)
}
