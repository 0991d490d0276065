import type { RunCursor } from '@rollcall/engine'
import { z } from 'zod'
import { createPageCursor } from '../paging/create-page-cursor.ts'

export const runCursor = createPageCursor<RunCursor>({
  id: z.guid(),
  placeOf: ({ createdAt, uuid }) => [createdAt, uuid],
  cursorOf: ([createdAt, uuid]) => ({ createdAt, uuid }),
})
