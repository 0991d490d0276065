import { CliError } from '../cli-error.ts'
import { EXIT } from '../exit-codes.ts'
import type { Terminal } from './terminal.ts'

/**
 * Whether the person at the terminal agrees; `--yes` has answered already.
 * @throws CliError, wrong usage, where nobody can be asked
 */
export async function confirm({
  terminal,
  question,
  yes,
}: {
  readonly terminal: Terminal
  readonly question: string
  readonly yes: boolean
}): Promise<boolean> {
  if (yes) return true
  const answer = await terminal.ask(`${question} [y/N] `)
  if (answer === null) throw new CliError('Nobody can be asked here: add --yes to do it.', EXIT.usage)
  return /^y(es)?$/i.test(answer.trim())
}
