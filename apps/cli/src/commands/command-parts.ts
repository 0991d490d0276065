import { Reason } from '@rollcall/engine'
import { type Command, InvalidArgumentError } from 'commander'

/** Whether the answer is for a program. */
export function wantsJson(command: Command): boolean {
  return command.optsWithGlobals<{ json?: true }>().json === true
}

/** The option of every change: the API refuses one without. Read here, too, since some commands work on the database alone. */
export const REASON = ['--reason <text>', 'why; kept in the audit log. Name no people in it', aReason] as const

/** @throws InvalidArgumentError, which Commander says */
function aReason(text: string): string {
  const { success, data, error } = Reason.safeParse(text)
  if (success) return data
  throw new InvalidArgumentError(`It ${error.issues.map(({ message }) => message).join(', ')}.`)
}

/** Each command shows how it is used. */
export function withExamples(command: Command, ...examples: readonly string[]): Command {
  const lines = examples.map((example) => `  $ pnpm rollcall ${example}`)
  return command.addHelpText('after', ['', examples.length === 1 ? 'Example:' : 'Examples:', ...lines].join('\n'))
}

/** What a terminal may act on and JSON may hold as it is. */
const LEFT_AS_IT_IS = /[\u007f-\u009f\u2028\u2029\u202A-\u202E\u2066-\u2069]/g

export function jsonOf(value: unknown): string {
  return escaped(JSON.stringify(value, null, 2))
}

/** On one line, for programs that read line by line. */
export function jsonLineOf(value: unknown): string {
  return escaped(JSON.stringify(value))
}

function escaped(json: string): string {
  return json.replace(LEFT_AS_IT_IS, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
