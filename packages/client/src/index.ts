export { ApiError, ApiUnreachableError, type InvalidField } from './api-error.ts'
export { type ApiClient, type ClientSettings, createClient } from './create-client.ts'
export type { components } from './generated/schema.ts'
