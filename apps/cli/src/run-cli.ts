import { ApiError, ApiUnreachableError } from '@rollcall/client'
import { DatabaseUrlError } from '@rollcall/database'
import { CodedError, LedgerUnavailableError } from '@rollcall/engine'
import { platformErrors } from '@rollcall/platform'
import { CommanderError } from 'commander'
import { CliError } from './cli-error.ts'
import { type CliDeps, createContext } from './context.ts'
import { createProgram } from './create-program.ts'
import { EXIT, type ExitCode } from './exit-codes.ts'
import { plain } from './terminal/plain.ts'

/** Runs one command line. Never throws: what went wrong is said on stderr, and the exit code tells scripts. */
export async function runCli(args: readonly string[], deps: CliDeps): Promise<ExitCode> {
  const context = createContext(deps)
  try {
    await createProgram(context).parseAsync([...args], { from: 'user' })
    return context.exitCode()
  } catch (error) {
    // Commander has said what is wrong; a help text that was asked for is no error.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.fine : EXIT.usage
    const { code, lines } = judge(error)
    for (const line of lines) deps.terminal.note(line)
    return code
  }
}

function judge(error: unknown): { readonly code: ExitCode; readonly lines: readonly string[] } {
  if (error instanceof ApiError) return { code: codeOf(error), lines: sentencesOf(error) }
  const message = error instanceof Error ? error.message : String(error)
  if (error instanceof CliError) return { code: error.exitCode, lines: [message] }
  if (error instanceof ApiUnreachableError)
    return { code: EXIT.unreachable, lines: [message, 'Is the fleet running? `pnpm rollcall doctor` looks at everything.'] }
  if (error instanceof LedgerUnavailableError) return { code: EXIT.unreachable, lines: [message, 'Check DATABASE_URL and the database.'] }
  const badSettings = error instanceof DatabaseUrlError || (error instanceof CodedError && error.errorCode === platformErrors.ENV_INVALID)
  return { code: badSettings ? EXIT.usage : EXIT.bad, lines: [message] }
}

function codeOf({ status }: ApiError): ExitCode {
  if (status === 401 || status === 403 || status === 429 || status >= 500) return EXIT.unreachable
  return status === 400 || status === 422 ? EXIT.usage : EXIT.bad
}

function sentencesOf({ code, message, errors }: ApiError): string[] {
  return [`${plain(message)} (${plain(code)})`, ...errors.map(({ path, reason }) => `  ${plain(path)} ${plain(reason)}`)]
}
