/** Somebody who asks a gate for tokens. */
export const asker = { lane: 'interactive', scope: 'a school', uuid: 'a run' } as const
