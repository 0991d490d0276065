import type { Command } from 'commander'

/** Whether the answer is for a program. */
export function wantsJson(command: Command): boolean {
  return command.optsWithGlobals<{ json?: true }>().json === true
}

/** The option of every change: the API refuses one without. */
export const REASON = ['--reason <text>', 'why; kept in the audit log. Name no people in it'] as const

/** Each command shows how it is used. */
export function withExamples(command: Command, ...examples: readonly string[]): Command {
  const lines = examples.map((example) => `  $ pnpm rollcall ${example}`)
  return command.addHelpText('after', ['', examples.length === 1 ? 'Example:' : 'Examples:', ...lines].join('\n'))
}

export function jsonOf(value: unknown): string {
  return JSON.stringify(value, null, 2)
}
