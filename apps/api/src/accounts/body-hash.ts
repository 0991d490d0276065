import { createHash } from 'node:crypto'

/** SHA-256 of what was asked, whatever order its fields stand in. The address belongs to it: the same body elsewhere is another request. */
export function bodyHash({ address, body }: { readonly address: string; readonly body: unknown }): string {
  return createHash('sha256')
    .update(`${address}\n${canonical(body)}`)
    .digest('hex')
}

/** JSON with the fields of each object sorted. The body's depth was limited when it was read. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${fields.map(([name, inner]) => `${JSON.stringify(name)}:${canonical(inner)}`).join(',')}}`
}
