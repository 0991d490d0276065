// What a command says and asks: results on stdout, everything else on stderr. Colours, bars and questions only where a person sits; styleText
// honours NO_COLOR and FORCE_COLOR. What must always hold: nothing that the API, the database or a file said acts on the operator's terminal.
import { createInterface } from 'node:readline/promises'
import { styleText } from 'node:util'
import { harmless } from './plain.ts'
import { openProgress, type Progress } from './progress.ts'

export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow'

export interface Terminal {
  /** A line of the result. */
  print(line: string): void
  /** A line beside the result: hints, progress, errors. */
  note(line: string): void
  style(style: Style, text: string): string
  /** The answer to a question; null where nobody can be asked. */
  ask(question: string): Promise<string | null>
  progress(options: { readonly label: string; readonly total: number }): Progress
}

export interface TerminalStreams {
  readonly stdin: NodeJS.ReadStream
  readonly stdout: NodeJS.WriteStream
  readonly stderr: NodeJS.WriteStream
}

export function createTerminal({ stdin, stdout, stderr }: TerminalStreams): Terminal {
  return {
    print: (line) => void stdout.write(`${harmless(line)}\n`),
    note: (line) => void stderr.write(`${harmless(line)}\n`),
    style: (style, text) => styleText(style, text, { stream: stdout }),
    async ask(question) {
      if (!stdin.isTTY || !stderr.isTTY) return null
      const lines = createInterface({ input: stdin, output: stderr })
      // Ctrl-C and Ctrl-D close it, and leave the question open for ever.
      const nothing = new Promise<string>((resolve) => lines.once('close', () => resolve('')))
      try {
        return await Promise.race([lines.question(harmless(question)), nothing])
      } finally {
        lines.close()
      }
    },
    progress: (options) => openProgress({ ...options, stream: stderr }),
  }
}
