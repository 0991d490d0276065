/** What scripts can rely on. */
export const EXIT = {
  /** What was asked for is done, and good. */
  fine: 0,
  /** What was asked for is bad: the run failed, the doctor found something, a cohort had refusals. */
  bad: 1,
  /** The command was not used as it can be. */
  usage: 2,
  /** The API or the database cannot be reached, or does not let us in. */
  unreachable: 3,
} as const
export type ExitCode = (typeof EXIT)[keyof typeof EXIT]
