/** The databases we run on; the words are Prisma's provider names. */
export type Dialect = 'sqlite' | 'sqlserver'
