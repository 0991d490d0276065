import { createLogger, type Logger } from '../create-logger.ts'

export interface LogLine {
  readonly level: string
  readonly msg: string
  readonly [field: string]: unknown
}

export interface CapturedLogs {
  readonly logger: Logger
  readonly lines: readonly LogLine[]
  /** `level: message` of each line of these levels, in order. */
  said(...levels: string[]): string[]
  /** The first line with this message, once it is there. */
  until(msg: string): Promise<LogLine>
}

export function captureLogs(level = 'debug'): CapturedLogs {
  const lines: LogLine[] = []
  const waiting = new Set<(line: LogLine) => void>()
  const logger = createLogger({
    app: 'test',
    level,
    destination: {
      write(text) {
        const line: LogLine = JSON.parse(text)
        lines.push(line)
        for (const look of waiting) look(line)
      },
    },
  })
  return {
    logger,
    lines,
    said: (...levels) => lines.filter((line) => levels.includes(line.level)).map((line) => `${line.level}: ${line.msg}`),
    until(msg) {
      const there = lines.find((line) => line.msg === msg)
      if (there) return Promise.resolve(there)
      return new Promise((resolve) => {
        const look = (line: LogLine) => {
          if (line.msg !== msg) return
          waiting.delete(look)
          resolve(line)
        }
        waiting.add(look)
      })
    },
  }
}
