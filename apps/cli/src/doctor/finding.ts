/** `warning`: it works today. `wrong`: it does not, or will not soon. */
export type Level = 'ok' | 'warning' | 'wrong'

export interface Finding {
  readonly level: Level
  /** What was looked at: settings, database, redis, … */
  readonly area: string
  /** A sentence. Names settings and ids, never values that may be secret. */
  readonly says: string
  /** What to do, in the imperative. */
  readonly todo?: string
}

export interface Findings {
  ok(says: string): void
  warning(says: string, todo?: string): void
  wrong(says: string, todo?: string): void
  readonly all: readonly Finding[]
}

/** Collects what a check finds in its area. */
export function collectFindings(area: string): Findings {
  const all: Finding[] = []
  const note = (level: Level, says: string, todo?: string) => void all.push({ level, area, says, ...(todo !== undefined && { todo }) })
  return {
    ok: (says) => note('ok', says),
    warning: (says, todo) => note('warning', says, todo),
    wrong: (says, todo) => note('wrong', says, todo),
    all,
  }
}
