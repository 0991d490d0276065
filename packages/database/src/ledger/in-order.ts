interface Ordered {
  readonly version: number
  readonly attempt: number
  readonly id: string
}

/** A run's events as they happened. Ids begin with the time of whoever made them, and clocks differ: they decide only within one try. */
export function inOrder<Event extends Ordered>(events: readonly Event[]): Event[] {
  return events.toSorted((one, other) => one.version - other.version || one.attempt - other.attempt || (one.id < other.id ? -1 : 1))
}
