/**
 * Derives the SQLite schema from the canonical one: another provider and output, no native types (they are SQL Server's).
 * Models, fields, keys and indexes stay the same, so that both generated clients have the same model types.
 */
export function deriveSqliteSchema(canonical: string): string {
  const header = '// GENERATED from ../schema.prisma by scripts/prisma-generate.ts: edit that file and run `pnpm db:generate`.\n'
  const derived = canonical
    .replace(/^(?:\/\/ .*\n)+/, header)
    .replace(/provider(\s*)= "sqlserver"/, 'provider$1= "sqlite"')
    .replace('"../packages/database/generated/sqlserver"', '"../../packages/database/generated/sqlite"')
    .replace(/[ \t]+@db\.\w+(\([^)]*\))?/g, '')
  if (!derived.startsWith(header)) throw new Error('prisma/schema.prisma should open with a comment, which the derived schema replaces.')
  return derived
}
