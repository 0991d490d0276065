type Unit = 'ms' | 's' | 'm' | 'h' | 'd'

/** A duration as tables write it: `250ms`, `30s`, `5m`, `2h`, `28d`. */
export type Duration = `${number}${Unit}`

const MS_PER_UNIT: Record<Unit, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** @returns whole milliseconds. @throws RangeError where a duration that escaped the compiler is malformed */
export function durationMs(duration: Duration): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(duration)
  const unit = match?.[2]
  if (!match || !isUnit(unit)) throw new RangeError(`"${duration}" is no duration; expected a number with ms, s, m, h or d, such as 30s.`)
  return Math.round(Number(match[1]) * MS_PER_UNIT[unit])
}

function isUnit(word: string | undefined): word is Unit {
  return word !== undefined && word in MS_PER_UNIT
}
