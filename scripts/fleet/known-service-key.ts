// The key with which the embedded fleet's worker-sync asks its registration service: one for all starts, as long as nobody revokes it.
import { rm } from 'node:fs/promises'
import { createDatabase } from '@rollcall/database'
import { createIds, systemClock } from '@rollcall/engine'
import { hashApiKey } from '@rollcall/platform'
import { embeddedServiceKey } from './embedded-secrets.ts'

const NAME_DIGITS = 8

/** @returns a key of the role service that the database knows and that is valid */
export async function knownServiceKey({ databaseUrl, file }: { readonly databaseUrl: string; readonly file: string }): Promise<string> {
  const database = await createDatabase({ url: databaseUrl })
  const newId = createIds(systemClock)
  try {
    for (;;) {
      const key = await embeddedServiceKey(file)
      const hash = hashApiKey(key)
      const createdAt = systemClock.now()
      if (await database.apiKeys.findActive({ hash, at: createdAt })) return key
      const id = newId()
      const name = `local worker-sync ${id.slice(-NAME_DIGITS)}`
      const made = { id, name, hash, role: 'service' as const, createdAt, createdBy: 'npm start', expiresAt: null }
      if (await database.apiKeys.create(made, null)) return key
      // It was revoked: the next one is another.
      await rm(file)
    }
  } finally {
    await database.close()
  }
}
