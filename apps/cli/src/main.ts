import { userInfo } from 'node:os'
import { createDatabase } from '@rollcall/database'
import { readEnv } from '@rollcall/platform'
import { createProgram } from './create-program.ts'
import { CliEnv } from './env.ts'

try {
  const env = readEnv(CliEnv, process.env)
  const program = createProgram({
    openDatabase: () => createDatabase({ url: env.DATABASE_URL }),
    actor: `${userInfo().username} (command line)`,
    out: (line) => console.log(line),
  })
  await program.parseAsync()
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
}
