import { alertErrors } from '@rollcall/alerts'
import { type ErrorCode, engineErrors } from '@rollcall/engine'
import { operationsErrors } from '@rollcall/operations'
import { platformErrors } from '@rollcall/platform'
import { importErrors, provisioningErrors } from '@rollcall/provisioning'
import { statusSyncErrors } from '@rollcall/status-sync'
import { apiErrors } from '../../apps/api/src/problems/api-errors.ts'
import { dashboardErrors } from '../../apps/dashboard/src/problems/dashboard-errors.ts'
import { registrationErrors } from '../../apps/registration-service/src/problems/registration-errors.ts'
import type { GeneratedFile } from './generated-file.ts'

const REGISTRIES: Readonly<Record<string, Readonly<Record<string, ErrorCode>>>> = {
  'The engine': engineErrors,
  'Account provisioning': provisioningErrors,
  Imports: importErrors,
  'Orders of operators': operationsErrors,
  Alerts: alertErrors,
  'Status sync': statusSyncErrors,
  'The API': apiErrors,
  'The dashboard': dashboardErrors,
  'The registration service': registrationErrors,
  'Starting and stopping': platformErrors,
}

const MEANING = {
  terminal: 'the state is given up at once',
  transient: 'tried again, counted',
  throttled: 'waits as long as it was told to; not counted',
  systemic: 'the line stops and goes on when it is mended; not counted',
} as const satisfies Record<ErrorCode['kind'], string>

/** Every code that a run, a history row or an answer of the API can carry. */
export function errorCodesPage(): GeneratedFile {
  const sections = Object.entries(REGISTRIES).flatMap(([title, registry]) => [
    `## ${title}`,
    '',
    '| code | says | what to do | what follows in a run | HTTP |',
    '|---|---|---|---|---|',
    ...Object.values(registry).map(
      ({ code, sentence, kind, httpStatus, runbook }) => `| \`${code}\` | ${sentence} | ${runbook} | ${MEANING[kind]} | ${httpStatus} |`,
    ),
    '',
  ])
  const head = ['# Error codes', '', '<!-- Generated from the registries by `pnpm generate`. -->', '']
  return { path: 'docs/error-codes.md', content: [...head, ...sections].join('\n') }
}
