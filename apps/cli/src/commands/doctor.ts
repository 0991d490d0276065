import type { Command } from 'commander'
import type { CliContext } from '../context.ts'
import type { Finding, Level } from '../doctor/finding.ts'
import { EXIT } from '../exit-codes.ts'
import type { Style, Terminal } from '../terminal/terminal.ts'
import { jsonOf, wantsJson, withExamples } from './command-parts.ts'

const STYLES = { ok: 'green', warning: 'yellow', wrong: 'red' } as const satisfies Record<Level, Style>

/** `doctor`: is everything there that the fleet needs, and set as it should be? */
export function addDoctorCommand(program: Command, context: CliContext): void {
  const command = program
    .command('doctor')
    .description('look at every setting and dependency, and say what is wrong and what to do. Exit 1: something is wrong')
    .action(async () => {
      const { terminal, fetch, now, openDatabase } = context
      // The settings of every app and Graph's libraries take a moment to load; no other command needs them.
      const { runDoctor } = await import('../doctor/run-doctor.ts')
      const { env, file } = await context.settings()
      const report = await runDoctor({ env, file, fetch, now, openDatabase })
      if (report.verdict === 'wrong') context.end(EXIT.bad)
      if (wantsJson(command)) return terminal.print(jsonOf(report))
      terminal.note(file === null ? 'Looking at what the environment names.' : `Looking at the fleet of ${file}.`)
      for (const line of report.findings.flatMap((finding) => linesOf({ finding, terminal }))) terminal.print(line)
      terminal.print(verdictOf(report.findings))
    })
  withExamples(command, 'doctor', 'doctor --json')
}

function linesOf({ finding, terminal }: { finding: Finding; terminal: Terminal }): string[] {
  const { level, area, says, todo } = finding
  const line = `${terminal.style(STYLES[level], level.padEnd(7))}  ${area.padEnd(11)}  ${says}`
  return todo === undefined ? [line] : [line, `${' '.repeat(22)}→ ${todo}`]
}

function verdictOf(findings: readonly Finding[]): string {
  const count = (level: Level) => findings.filter((finding) => finding.level === level).length
  const [wrong, warnings] = [count('wrong'), count('warning')]
  if (wrong + warnings === 0) return 'All is well.'
  return `${wrong} wrong, ${warnings} to be thought about, ${count('ok')} fine.`
}
