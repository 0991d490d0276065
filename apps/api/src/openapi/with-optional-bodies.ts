import type { SwaggerTransformObject } from '@fastify/swagger'

type OpenApiDocument = ReturnType<SwaggerTransformObject>

/** Every body is described as required; one that may be null may also be left out. */
export function withOptionalBodies(document: OpenApiDocument): OpenApiDocument {
  if (!('components' in document)) return document
  const schemas = document.components?.schemas ?? {}
  for (const operations of Object.values(document.paths ?? {})) {
    for (const operation of Object.values(operations ?? {})) {
      if (typeof operation !== 'object' || !('requestBody' in operation)) continue
      const { requestBody } = operation
      if (!requestBody || !('content' in requestBody)) continue
      const contents: unknown[] = Object.values(requestBody.content)
      if (contents.some((content) => namesIn(content).some((name) => mayBeNull(schemas[name])))) requestBody.required = false
    }
  }
  return document
}

function namesIn(content: unknown): string[] {
  const reference = /^\{"schema":\{"\$ref":"#\/components\/schemas\/([^"]+)"\}\}$/.exec(JSON.stringify(content) ?? '')
  return reference?.[1] === undefined ? [] : [reference[1]]
}

function mayBeNull(schema: unknown): boolean {
  return typeof schema === 'object' && schema !== null && /"type":"null"/.test(JSON.stringify(Reflect.get(schema, 'anyOf') ?? []))
}
