import type { Strike } from './plan-soak.ts'

export interface Timeline {
  /** Since the soak began. */
  readonly elapsedMs: () => number
  readonly say: (line: string) => void
  readonly lines: () => readonly string[]
}

/** @param print where each line goes as it happens */
export function createTimeline(print: (line: string) => void): Timeline {
  const startedAt = performance.now()
  const lines: string[] = []
  const elapsedMs = () => performance.now() - startedAt
  return {
    elapsedMs,
    say(what) {
      const line = `[${(elapsedMs() / 1_000).toFixed(1).padStart(7)} s] ${what}`
      lines.push(line)
      print(line)
    },
    lines: () => lines,
  }
}

export function describeStrike(strike: Strike): string {
  const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`
  switch (strike.kind) {
    case 'kill':
      return `kill -9 ${strike.name}, down for ${seconds(strike.downMs)}`
    case 'killTwo':
      return `kill -9 ${strike.names.join(' and ')} at once, down for ${seconds(strike.downMs)}`
    case 'killRedis':
      return `kill -9 Redis, down for ${seconds(strike.downMs)}`
    case 'restart':
      return `${strike.name} is asked to end, and started again`
    case 'flush':
      return 'FLUSHALL'
    case 'stallRedis':
      return `Redis stands still for ${seconds(strike.ms)}`
    case 'stallDirectory':
      return `the directory stands still for ${seconds(strike.ms)}`
    case 'stall':
      return `${strike.name} stands still for ${seconds(strike.ms)}`
    case 'storm':
      return `directory: ${JSON.stringify(strike.fault)}, ${Math.round(strike.probability * 100)} % for ${seconds(strike.ms)}`
    case 'lockDatabase':
      return `database locked for ${seconds(strike.ms)}`
    case 'close':
      return `an operator closes graph for ${seconds(strike.ms)}`
  }
}
