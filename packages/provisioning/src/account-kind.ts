/** Whose account it is. A person holds at most one live account, whichever kind it is. */
export const ACCOUNT_KINDS = ['student', 'teacher'] as const
export type AccountKind = (typeof ACCOUNT_KINDS)[number]

/** The `type` column's words, which the callers of `/student-create` and `/teacher-create` know. */
export const RUN_TYPES = { student: 'CREATE_NEISPUO_STUDENT', teacher: 'CREATE_NEISPUO_TEACHER' } as const satisfies Record<
  AccountKind,
  string
>

/** Ids of the seeded rows of SysRole, as the register numbers them. */
export const SYS_ROLE_IDS = { teacher: 5, student: 6 } as const satisfies Record<AccountKind, number>
