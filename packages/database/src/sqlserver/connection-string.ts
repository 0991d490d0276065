/** Splits at `;`, but not inside `{…}`, which quotes a value. */
function parameters(connectionString: string): string[] {
  return connectionString.match(/(?:\{[^}]*\}|[^;{])+/g) ?? []
}

/** Sets how many connections the pool may hold, instead of what the string says. */
export function withConnectionLimit({ connectionString, limit }: { connectionString: string; limit: number }): string {
  const others = parameters(connectionString).filter((parameter) => !/^\s*connectionLimit\s*=/i.test(parameter))
  return [...others, `connectionLimit=${limit}`].join(';')
}

/** The value of the first of these parameters that is there, without its braces. */
export function connectionParameter({ connectionString, names }: { connectionString: string; names: readonly string[] }): string | null {
  for (const parameter of parameters(connectionString)) {
    const [name, ...value] = parameter.split('=')
    if (name && names.includes(name.trim().toLowerCase()))
      return value
        .join('=')
        .trim()
        .replace(/^\{(.*)\}$/, '$1')
  }
  return null
}
