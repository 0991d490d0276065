import type { AlertCursor } from '@rollcall/alerts'
import { z } from 'zod'
import { createPageCursor } from '../paging/create-page-cursor.ts'

export const alertCursor = createPageCursor<AlertCursor>({
  id: z.guid(),
  placeOf: ({ startedAt, id }) => [startedAt, id],
  cursorOf: ([startedAt, id]) => ({ startedAt, id }),
})
