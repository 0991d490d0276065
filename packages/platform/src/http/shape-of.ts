/** What kind of value it is, and how long: enough to find the mistake, and nothing of what it says. */
export function shapeOf(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (value === null) return 'null'
  if (typeof value === 'string') return value === '' ? 'empty string' : `string of ${counted(codePoints(value), 'character')}`
  if (Array.isArray(value)) return value.length === 0 ? 'empty array' : `array of ${counted(value.length, 'item')}`
  return typeof value
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

function codePoints(text: string): number {
  let count = 0
  for (const _character of text) count += 1
  return count
}
