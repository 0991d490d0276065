/** The service was not there, or had no time: it may be later. Stays inside this package. */
export class Unavailable extends Error {
  /** How long the service asked us to wait; null where it did not. */
  readonly retryAfterMs: number | null
  constructor(what: string, retryAfterMs: number | null = null) {
    super(what)
    this.name = 'Unavailable'
    this.retryAfterMs = retryAfterMs
  }
}
