/** Splits at `;`, but not inside `{…}`, which quotes a value. */
function parameters(connectionString: string): string[] {
  return connectionString.match(/(?:\{[^}]*\}|[^;{])+/g) ?? []
}

/** Sets how many connections the pool may hold, instead of what the string says. */
export function withConnectionLimit({ connectionString, limit }: { connectionString: string; limit: number }): string {
  return replaced({ connectionString, names: ['connectionlimit'], value: `connectionLimit=${limit}` })
}

/** Takes away the time that a request may take: migrations, and waiting for another process to migrate, take longer than 15 s. */
export function withoutRequestTimeout(connectionString: string): string {
  return replaced({ connectionString, names: ['sockettimeout'], value: 'socketTimeout=0' })
}

/** Names another database on the same server. */
export function withDatabase({ connectionString, database }: { connectionString: string; database: string }): string {
  return replaced({ connectionString, names: ['database', 'initial catalog'], value: `database=${database}` })
}

function replaced({ connectionString, names, value }: { connectionString: string; names: readonly string[]; value: string }): string {
  const others = parameters(connectionString).filter((parameter) => !names.includes(nameOf(parameter)))
  return [...others, value].join(';')
}

function nameOf(parameter: string): string {
  return parameter.split('=')[0]?.trim().toLowerCase() ?? ''
}

/** The value of the first of these parameters that is there, without its braces. */
export function connectionParameter({ connectionString, names }: { connectionString: string; names: readonly string[] }): string | null {
  const found = parameters(connectionString).find((parameter) => names.includes(nameOf(parameter)))
  if (found === undefined) return null
  const value = found.slice(found.indexOf('=') + 1).trim()
  return value.startsWith('{') && value.endsWith('}') ? value.slice(1, -1) : value
}
