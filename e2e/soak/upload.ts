import type { ApiAnswer } from '../support/call-api.ts'
import type { ActDeps } from './act.ts'
import { newcomers } from './asked-from-outside.ts'
import type { Act } from './plan-soak.ts'

const COLUMNS = ['role', 'personId', 'firstName', 'middleName', 'lastName', 'birthDate', 'schoolId', 'grade', 'classIds'] as const

/** A file of newcomers, all of them valid. */
export async function upload({ size }: Act, deps: ActDeps): Promise<void> {
  const { ask, fleet, roster } = deps
  const people = newcomers(deps, size)
  const rows = people.map((person) => {
    const cells = { ...person, role: 'student', classIds: person.classIds.join(' ') }
    return COLUMNS.map((column) => cells[column] ?? '').join(';')
  })
  const csv = [COLUMNS.join(';'), ...rows].join('\r\n')
  const key = `soak-import-${people[0]?.personId}`
  const { status, body } = await ask(async (): Promise<ApiAnswer> => {
    const headers = { 'content-type': 'text/csv', 'idempotency-key': key }
    const answer = await fleet.upstream.send('/imports', { method: 'POST', body: csv, headers })
    return { status: answer.status, headers: answer.headers, body: (await answer.json()) as ApiAnswer['body'] }
  })
  if (status === 202 && body.rows === size && body.invalid === 0) roster.imports.push({ id: String(body.id), key, csv })
  else roster.findings.push(`A file of ${size} under ${key} was answered ${status} ${JSON.stringify(body).slice(0, 300)}`)
}
