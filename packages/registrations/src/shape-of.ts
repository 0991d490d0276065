/** What kind of value it is, and how long: enough to find the mistake, and nothing of what it says. */
export function shapeOf(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (value === null) return 'null'
  if (typeof value === 'string') return `string of length ${value.length}`
  return Array.isArray(value) ? `list of length ${value.length}` : typeof value
}
