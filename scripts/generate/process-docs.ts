import { alertProcesses } from '@rollcall/alerts'
import type { ProcessDefinition } from '@rollcall/engine'
import { processDiagram } from '@rollcall/engine'
import { operationsProcesses } from '@rollcall/operations'
import { canary } from '@rollcall/platform'
import { provisioningProcesses } from '@rollcall/provisioning'
import { statusSyncProcesses } from '@rollcall/status-sync'
import type { GeneratedFile } from './generated-file.ts'

const PROCESSES: readonly ProcessDefinition[] = [
  ...provisioningProcesses,
  ...operationsProcesses,
  ...alertProcesses,
  ...statusSyncProcesses,
  canary,
]

/** One page per process, and an index. */
export function processDocs(): GeneratedFile[] {
  const pages = PROCESSES.map((process) => ({ path: `docs/processes/${process.name}.md`, content: processDiagram(process) }))
  const index = [
    '# Processes',
    '',
    '<!-- Generated from the process tables by `pnpm generate`. -->',
    '',
    ...PROCESSES.map(({ name, states, start }) => `- [${name}](${name}.md): ${counted(Object.keys(states).length)}, from \`${start}\``),
    '',
  ]
  return [...pages, { path: 'docs/processes/README.md', content: index.join('\n') }]
}

function counted(states: number): string {
  return states === 1 ? 'one state' : `${states} states`
}
