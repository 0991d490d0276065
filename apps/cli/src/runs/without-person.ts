/** What the API shows of a run and is personal data: it stays where only those see it who ask for it. */
const PERSONAL = ['personId', 'inputArgs', 'resultObject', 'submittedData', 'receivedData'] as const
type Personal = (typeof PERSONAL)[number]

/** A run, or an event of one, in the API's shape and without what is about the person. */
export function withoutPerson<Shown extends object>(shown: Shown): Omit<Shown, Personal> {
  const kept = Object.entries(shown).filter(([name]) => !PERSONAL.some((personal) => personal === name))
  return leftOf<Shown>(kept)
}

/** Only the fields named above were taken out. */
function leftOf<Shown>(entries: readonly (readonly [string, unknown])[]): Omit<Shown, Personal> {
  return Object.fromEntries(entries) as Omit<Shown, Personal>
}
