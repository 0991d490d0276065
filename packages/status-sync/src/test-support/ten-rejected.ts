import { organisations, rejected } from './create-sync-story.ts'

/** 120 organisations in three batches, of which every twelfth was rejected since. */
export const tenRejected = () => organisations(120, (index) => (index % 12 === 0 ? { registration: rejected } : {}))

export const isRejected = (userId: string) => (Number(userId.slice(1)) - 1) % 12 === 0
