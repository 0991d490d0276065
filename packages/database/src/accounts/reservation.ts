import type { Reservation } from '@rollcall/provisioning'

/** The unique key under which a person's current username of a kind stands. */
export function ownerKey({ personId, kind }: Pick<Reservation, 'personId' | 'kind'>): string {
  return `${personId}|${kind}`
}

/** The row is one that was selected as (username, sealedPassword). */
export function reservationOf({ personId, kind, row }: Pick<Reservation, 'personId' | 'kind'> & { row: object }): Reservation {
  const { username, sealedPassword } = row as Pick<Reservation, 'username' | 'sealedPassword'>
  return { personId, kind, username, sealedPassword }
}
