import { isFault, parseCron } from './parse-cron.ts'

/** @returns what is wrong with a cron expression, naming the field; null if nothing is */
export function cronFault(cron: string): string | null {
  const parsed = parseCron(cron)
  return isFault(parsed) ? parsed.fault : null
}
