import type { Command } from 'commander'
import type { CliContext } from '../../apps/cli/src/context.ts'
import { createProgram } from '../../apps/cli/src/create-program.ts'
import type { GeneratedFile } from './generated-file.ts'

const WIDTH = 110

/** docs/cli-reference.md: what `--help` says, of every command. */
export function cliReference(): GeneratedFile {
  const head = ['# Command line: reference', '', '<!-- Generated from the commands by `pnpm generate`. How to use them: cli.md. -->', '']
  const pages = helpPages(createProgram(contextOfHelp()), 'pnpm rollcall')
  return { path: 'docs/cli-reference.md', content: [...head, ...pages].join('\n') }
}

function helpPages(command: Command, name: string): string[] {
  let help = ''
  command.configureOutput({ writeOut: (text) => (help += text), getOutHelpWidth: () => WIDTH, getOutHasColors: () => false })
  command.outputHelp()
  const own = [`## ${name}`, '', '```', help.trimEnd(), '```', '']
  const shown = command.commands.filter((one) => one.name() !== 'help')
  return [...own, ...shown.flatMap((one) => helpPages(one, `${name} ${one.name()}`))]
}

/** Commands that are only asked for their help build nothing and ask nobody. */
function contextOfHelp(): CliContext {
  return { terminal: {} } as CliContext
}
