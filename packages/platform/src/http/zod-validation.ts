import type { FastifyInstance, FastifySchemaCompiler } from 'fastify'
import fp from 'fastify-plugin'
import { serializerCompiler } from 'fastify-type-provider-zod'
import type { z } from 'zod'
import { httpErrors } from './http-errors.ts'
import { type FieldSource, invalidFields } from './invalid-fields.ts'
import { refusal } from './problem.ts'

const SOURCES: Readonly<Record<string, FieldSource>> = { body: 'body', querystring: 'query', params: 'path', headers: 'header' }

/** Zod judges what comes in and what goes out; what is refused becomes a problem document that names every field. */
export const zodValidation = fp(
  async (app: FastifyInstance) => {
    app.setValidatorCompiler(validatorCompiler)
    app.setSerializerCompiler(serializerCompiler)
  },
  { name: 'zod-validation' },
)

const validatorCompiler: FastifySchemaCompiler<z.ZodType> = ({ schema, httpPart }) => {
  const source = SOURCES[httpPart ?? 'body'] ?? 'body'
  return (data: unknown) => {
    const parsed = schema.safeParse(data)
    if (parsed.success) return { value: parsed.data }
    const errors = invalidFields({ issues: parsed.error.issues, root: data, source })
    return { error: refusal(source === 'body' ? httpErrors.INVALID_BODY : httpErrors.INVALID_PARAMETERS, { errors }) }
  }
}
