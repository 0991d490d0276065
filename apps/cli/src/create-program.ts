import { Command } from 'commander'
import { addAlertsCommand } from './commands/alerts.ts'
import { addCancelCommand } from './commands/cancel.ts'
import { addCredentialsCommands } from './commands/credentials.ts'
import { addDirectoryCommands } from './commands/directory.ts'
import { addDoctorCommand } from './commands/doctor.ts'
import { addImportCommands } from './commands/import.ts'
import { addKeysCommands } from './commands/keys.ts'
import { addListCommand } from './commands/list.ts'
import { addPauseCommands } from './commands/pause.ts'
import { addPersonCommands } from './commands/person.ts'
import { addReplayCommand } from './commands/replay.ts'
import { addSchedulesCommands } from './commands/schedules.ts'
import { addShowCommand } from './commands/show.ts'
import { addStatusCommand } from './commands/status.ts'
import { addSyncCommands } from './commands/sync.ts'
import { addTailCommand } from './commands/tail.ts'
import { addUnfinishedCommands } from './commands/unfinished.ts'
import { addUsernameKeyCommands } from './commands/username-key.ts'
import type { CliContext } from './context.ts'

const DESCRIPTION = [
  'Rollcall from the command line. It finds the fleet that `npm start` runs on this machine; for another one set ROLLCALL_API_URL and',
  'ROLLCALL_API_KEY, and DATABASE_URL for `keys`, `credentials`, `username-key`, `directory` and `doctor`. Each may come from a file instead: NAME_FILE holds its path.',
].join(' ')

const EXIT_CODES = `
Exit codes:
  0  fine
  1  what was asked for is bad: the run failed, the doctor found something, a cohort had refusals
  2  wrong usage
  3  the API or the database cannot be reached, or does not let us in`

export function createProgram(context: CliContext): Command {
  const { terminal } = context
  const program = new Command('rollcall')
    .description(DESCRIPTION)
    .option('--json', 'for programs: the shapes of the API, without personal data')
    .configureHelp({ showGlobalOptions: true })
    .addHelpText('after', EXIT_CODES)
    .showHelpAfterError('(add --help to see what it takes)')
    .exitOverride()
    .configureOutput({ writeOut: (text) => terminal.print(text.trimEnd()), writeErr: (text) => terminal.note(text.trimEnd()) })

  program.commandsGroup('Look:')
  addStatusCommand(program, context)
  addAlertsCommand(program, context)
  addShowCommand(program, context)
  addListCommand(program, context)
  addTailCommand(program, context)
  addDoctorCommand(program, context)
  program.commandsGroup('Act on runs:')
  addReplayCommand(program, context)
  addCancelCommand(program, context)
  addPauseCommands(program, context)
  program.commandsGroup('Jobs:')
  addSchedulesCommands(program, context)
  addSyncCommands(program, context)
  program.commandsGroup('Accounts:')
  addImportCommands(program, context)
  addUnfinishedCommands(program, context)
  addPersonCommands(program, context)
  addDirectoryCommands(program, context)
  program.commandsGroup('Keep house:')
  addCredentialsCommands(program, context)
  addUsernameKeyCommands(program, context)
  addKeysCommands(program, context)
  return program
}
