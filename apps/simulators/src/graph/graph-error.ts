export interface GraphErrorDetail {
  readonly code: string
  readonly message: string
  readonly target: string
}

/** A refusal in Graph's own words; the pipeline turns it into the response body `{ error: { code, message, details?, innerError } }`. */
export class GraphError extends Error {
  override readonly name = 'GraphError'
  readonly status: number
  readonly code: string
  readonly details: readonly GraphErrorDetail[]
  readonly headers: Readonly<Record<string, string>>

  constructor(init: {
    status: number
    code: string
    message: string
    details?: readonly GraphErrorDetail[]
    headers?: Record<string, string>
  }) {
    super(init.message)
    this.status = init.status
    this.code = init.code
    this.details = init.details ?? []
    this.headers = init.headers ?? {}
  }
}
