import type { Database } from '@rollcall/database'
import { Command } from 'commander'
import { addKeysCommands } from './commands/keys.ts'

export interface CommandDeps {
  readonly openDatabase: () => Promise<Database>
  /** Who stands in the audit log. */
  readonly actor: string
  readonly out: (line: string) => void
}

export function createProgram(deps: CommandDeps): Command {
  const program = new Command('rollcall').description('Rollcall from the command line. DATABASE_URL says which fleet.')
  addKeysCommands(program, deps)
  return program
}
