import { SingleBar } from 'cli-progress'

export interface Progress {
  update(value: number, total?: number): void
  stop(): void
}

/** Without a terminal a line every so often is enough. */
const LINE_EVERY_MS = 5_000

/** A bar on a terminal, now and then a line elsewhere. Whoever opens it stops it. */
export function openProgress({
  label,
  total,
  stream,
}: {
  readonly label: string
  readonly total: number
  readonly stream: NodeJS.WriteStream
}): Progress {
  const bar = new SingleBar({
    format: `${label}  {bar}  {value}/{total}  {duration_formatted}`,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 30,
    stream,
    hideCursor: null,
    linewrap: null,
    noTTYOutput: true,
    notTTYSchedule: LINE_EVERY_MS,
    gracefulExit: false,
    emptyOnZero: true,
  })
  bar.start(total, 0)
  return {
    update(value, newTotal) {
      if (newTotal !== undefined) bar.setTotal(newTotal)
      bar.update(value)
    },
    stop: () => bar.stop(),
  }
}
