import { createApiKey } from '../api-key.ts'

/** Where keys are kept, as far as issuing them goes. */
interface KeyStore<Role extends string> {
  create(
    key: {
      readonly id: string
      readonly name: string
      readonly hash: string
      readonly role: Role
      readonly createdAt: number
      readonly createdBy: string
      readonly expiresAt: null
    },
    audit: null,
  ): Promise<boolean>
}

/** A key for each of these roles, named `<role> of the tests`. @returns the keys, by role */
export async function issueTestKeys<Role extends string>({
  apiKeys,
  newId,
  now,
  roles,
}: {
  readonly roles: readonly Role[]
  readonly apiKeys: KeyStore<Role>
  readonly newId: () => string
  readonly now: number
}): Promise<Readonly<Record<Role, string>>> {
  const issued = await Promise.all(
    roles.map(async (role): Promise<[Role, string]> => {
      const { key, hash } = createApiKey(role)
      const made = { id: newId(), name: `${role} of the tests`, hash, role, createdAt: now, createdBy: 'test', expiresAt: null }
      await apiKeys.create(made, null)
      return [role, key]
    }),
  )
  return byRole(issued)
}

/** One was issued for each role, so that none is missing. */
function byRole<Role extends string>(issued: readonly [Role, string][]): Record<Role, string> {
  return Object.fromEntries(issued) as Record<Role, string>
}
