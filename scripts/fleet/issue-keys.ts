// API keys for people who try the fleet on their own machine. They end with the day; a new start issues new ones.
import { type ApiRole, createDatabase } from '@rollcall/database'
import { createIds, systemClock } from '@rollcall/engine'
import { createApiKey } from '@rollcall/platform'

const VALID_MS = 24 * 3_600_000
/** Enough of an id to tell the keys of several starts apart, and short enough to be typed. */
const NAME_DIGITS = 8

export interface NamedKey {
  readonly name: string
  /** In clear; it is kept nowhere. */
  readonly key: string
}

interface Wanted<Role extends ApiRole> {
  readonly databaseUrl: string
  readonly roles: readonly Role[]
}

/** @returns the keys in clear, by role; they are kept nowhere */
export async function issueKeys<Role extends ApiRole>(wanted: Wanted<Role>): Promise<Readonly<Record<Role, string>>> {
  const issued = Object.entries<NamedKey>(await issueNamedKeys(wanted))
  return Object.fromEntries(issued.map(([role, { key }]) => [role, key])) as Record<Role, string>
}

/** With the names under which they stand in the audit log, and which the dashboard asks for. */
export async function issueNamedKeys<Role extends ApiRole>({
  databaseUrl,
  roles,
}: Wanted<Role>): Promise<Readonly<Record<Role, NamedKey>>> {
  const database = await createDatabase({ url: databaseUrl })
  const newId = createIds(systemClock)
  try {
    const issued = await Promise.all(
      roles.map(async (role): Promise<[Role, NamedKey]> => {
        const { key, hash } = createApiKey(role)
        const id = newId()
        const now = systemClock.now()
        const name = `local ${role} ${id.slice(-NAME_DIGITS)}`
        await database.apiKeys.create({ id, name, hash, role, createdAt: now, createdBy: 'npm start', expiresAt: now + VALID_MS }, null)
        return [role, { name, key }]
      }),
    )
    return Object.fromEntries(issued) as Record<Role, NamedKey>
  } finally {
    await database.close()
  }
}
