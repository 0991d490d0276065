import { expect, test } from 'vitest'
import { z } from 'zod'
import { readEnv } from '../read-env.ts'
import { retentionEnv } from './retention-env.ts'
import { termsAgree } from './terms-agree.ts'

const schema = z.object(retentionEnv).check(termsAgree)

test.each<[string, Readonly<Record<string, string>>]>([
  ['those that nobody changed', {}],
  ['runs that are archived at once', { RUNS_KEPT_DAYS: '0' }],
  ['runs that are deleted from the ledger', { RUNS_KEPT_DAYS: '30', ARCHIVE_KEPT_DAYS: '0' }],
  ['files that are emptied at once, but told of', { IMPORTS_KEPT_DAYS: '0', ARCHIVE_KEPT_DAYS: '30' }],
  ['cohorts that go with their runs', { RUNS_KEPT_DAYS: '90', COHORTS_KEPT_DAYS: '90' }],
])('%s are terms that agree', (_which, env) => {
  expect(readEnv(schema, env)).toMatchObject(Object.fromEntries(Object.entries(env).map(([name, days]) => [name, Number(days)])))
})

test.each<[string, Readonly<Record<string, string>>, string]>([
  [
    'a run that is gone while its request is still answered again',
    { RUNS_KEPT_DAYS: '20', ARCHIVE_KEPT_DAYS: '9' },
    'RUNS_KEPT_DAYS: must make with ARCHIVE_KEPT_DAYS 30 or more, for as long as a request is answered again under its Idempotency-Key',
  ],
  [
    'an import that is gone while its upload is still answered again',
    { ARCHIVE_KEPT_DAYS: '29', IMPORTS_KEPT_DAYS: '29' },
    'IMPORTS_KEPT_DAYS: must be, or else ARCHIVE_KEPT_DAYS, 30 or more, for as long as a request is answered again under its Idempotency-Key',
  ],
  [
    'a cohort whose runs are forgotten while it may still be let go on',
    { COHORTS_KEPT_DAYS: '89' },
    'COHORTS_KEPT_DAYS: must be RUNS_KEPT_DAYS or more: until then a replay of many that failed may be let go on',
  ],
])('%s is refused at the start, with what to set', (_which, env, message) => {
  expect(() => readEnv(schema, env)).toThrow(message)
})
