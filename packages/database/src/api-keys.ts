import type { AuditEntry, EpochMs } from '@rollcall/engine'
import { insertAudit } from './audit-log.ts'
import { isUniqueViolation } from './database-error.ts'
import type { PrismaClient } from './prisma.ts'
import { dateOrNull, msOrNull } from './time.ts'
import { inTransaction } from './transaction.ts'

export const API_ROLES = ['upstream', 'service', 'reader', 'operator', 'admin'] as const
export type ApiRole = (typeof API_ROLES)[number]

/** What is known of a key; the key itself was shown once, and its hash stays inside. */
export interface ApiKey {
  readonly id: string
  readonly name: string
  readonly role: ApiRole
  readonly createdAt: EpochMs
  readonly createdBy: string
  readonly expiresAt: EpochMs | null
  readonly revokedAt: EpochMs | null
}

export interface NewApiKey {
  /** UUIDv7. */
  readonly id: string
  readonly name: string
  /** SHA-256 of the key, hex. */
  readonly hash: string
  readonly role: ApiRole
  readonly createdAt: EpochMs
  readonly createdBy: string
  readonly expiresAt: EpochMs | null
}

/** The first part of names that stand in `requestedBy` and before idempotency keys where no API key asked. */
const RESERVED_NAME = /^(push|schedule):/i

export interface ApiKeys {
  /** The key with this hash; null if there is none, or it is revoked or expired by then. */
  findActive(lookup: { readonly hash: string; readonly at: EpochMs }): Promise<ApiKey | null>
  /** False if a key of this name, or with this hash, exists. @throws Error on a name that begins as those of callers without a key do */
  create(key: NewApiKey, audit: AuditEntry | null): Promise<boolean>
  /** False if there is no such key, or it is revoked already. */
  revoke(change: { readonly id: string; readonly at: EpochMs; readonly audit: AuditEntry | null }): Promise<boolean>
  /** Oldest first, revoked ones too. */
  list(): Promise<ApiKey[]>
}

export function createApiKeys(prisma: PrismaClient): ApiKeys {
  return {
    async findActive({ hash, at }) {
      const row = await prisma.apiKey.findUnique({ where: { hash } })
      if (!row || row.revokedAt !== null || (row.expiresAt !== null && row.expiresAt.getTime() <= at)) return null
      return keyOfRow(row)
    },

    async create({ createdAt, expiresAt, ...key }, audit) {
      if (RESERVED_NAME.test(key.name))
        throw new Error(`${JSON.stringify(key.name)} is no name for an API key: push: and schedule: are taken.`)
      try {
        await inTransaction(prisma, async (tx) => {
          await tx.apiKey.create({
            data: { ...key, createdAt: new Date(createdAt), expiresAt: dateOrNull(expiresAt) },
          })
          if (audit) await insertAudit(tx, audit)
        })
        return true
      } catch (error) {
        if (isUniqueViolation(error)) return false
        throw error
      }
    },

    revoke: ({ id, at, audit }) =>
      inTransaction(prisma, async (tx) => {
        const { count } = await tx.apiKey.updateMany({ where: { id, revokedAt: null }, data: { revokedAt: new Date(at) } })
        if (count === 0) return false
        if (audit) await insertAudit(tx, audit)
        return true
      }),

    async list() {
      const rows = await prisma.apiKey.findMany({ orderBy: [{ createdAt: 'asc' }, { id: 'asc' }] })
      return rows.map(keyOfRow)
    },
  }
}

interface ApiKeyRow {
  readonly id: string
  readonly name: string
  readonly role: string
  readonly createdAt: Date
  readonly createdBy: string
  readonly expiresAt: Date | null
  readonly revokedAt: Date | null
}

function keyOfRow({ id, name, role, createdAt, createdBy, expiresAt, revokedAt }: ApiKeyRow): ApiKey {
  return {
    id,
    name,
    role: roleOf(role),
    createdAt: createdAt.getTime(),
    createdBy,
    expiresAt: msOrNull(expiresAt),
    revokedAt: msOrNull(revokedAt),
  }
}

/** @throws Error on a role that this release does not know: access is refused rather than guessed */
function roleOf(word: string): ApiRole {
  const role = API_ROLES.find((known) => known === word)
  if (!role) throw new Error(`The ApiKey table holds the role ${JSON.stringify(word)}; expected one of ${API_ROLES.join(', ')}.`)
  return role
}
