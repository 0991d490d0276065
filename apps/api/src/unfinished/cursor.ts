import type { UnfinishedCursor } from '@rollcall/provisioning'
import { z } from 'zod'
import { createPageCursor } from '../paging/create-page-cursor.ts'

export const unfinishedCursor = createPageCursor<UnfinishedCursor>({
  id: z.string().min(1).max(100),
  placeOf: ({ reservedAt, username }) => [reservedAt, username],
  cursorOf: ([reservedAt, username]) => ({ reservedAt, username }),
})
