import type { Run } from './run.ts'

/** No id of any register holds a tilde, so nobody can ask for work under a pseudonym. */
export const ERASED_SUBJECT = 'erased~'

/** The person of this run was erased: it keeps its states and times, and neither its input nor who it was about. */
export function isErased({ subjectId }: Pick<Run, 'subjectId'>): boolean {
  return subjectId?.startsWith(ERASED_SUBJECT) ?? false
}
