const MOST = 60

/** @returns what is wrong with the name of a time zone; null if it is one */
export function timeZoneFault(timeZone: string): string | null {
  // What is taken besides names, such as +02:00, follows no country's changes of the clock.
  if (timeZone.length <= MOST && /^[A-Za-z]/.test(timeZone) && isKnown(timeZone)) return null
  return `${JSON.stringify(timeZone.slice(0, MOST))} is no time zone; expected a name of the IANA database, such as UTC or Europe/Sofia`
}

function isKnown(timeZone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone })
    return true
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}
