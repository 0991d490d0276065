import { EXIT, type ExitCode } from './exit-codes.ts'

/** Ends a command with one sentence for the user. */
export class CliError extends Error {
  readonly exitCode: ExitCode
  constructor(message: string, exitCode: ExitCode = EXIT.bad) {
    super(message)
    this.name = new.target.name
    this.exitCode = exitCode
  }
}
