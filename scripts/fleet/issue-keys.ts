// API keys for people who try the fleet on their own machine. They end with the day; a new start issues new ones.
import { type ApiRole, createDatabase } from '@rollcall/database'
import { createIds, systemClock } from '@rollcall/engine'
import { createApiKey } from '@rollcall/platform'

const VALID_MS = 24 * 3_600_000

/** @returns the keys in clear, by role; they are kept nowhere */
export async function issueKeys<Role extends ApiRole>({
  databaseUrl,
  roles,
}: {
  readonly databaseUrl: string
  readonly roles: readonly Role[]
}): Promise<Readonly<Record<Role, string>>> {
  const database = await createDatabase({ url: databaseUrl })
  const newId = createIds(systemClock)
  try {
    const issued = await Promise.all(
      roles.map(async (role): Promise<[Role, string]> => {
        const { key, hash } = createApiKey(role)
        const id = newId()
        const now = systemClock.now()
        await database.apiKeys.create(
          { id, name: `local ${role} ${id}`, hash, role, createdAt: now, createdBy: 'npm start', expiresAt: now + VALID_MS },
          null,
        )
        return [role, key]
      }),
    )
    return Object.fromEntries(issued) as Record<Role, string>
  } finally {
    await database.close()
  }
}
