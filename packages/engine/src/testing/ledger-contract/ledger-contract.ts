// What every ledger must do, written once against the port. An adapter's test file calls it with a way to open an empty ledger.
import { describe } from 'vitest'
import type { Ledger } from '../../ledger.ts'
import type { RunEvent } from '../../run.ts'
import type { RunQueries } from '../../run-queries.ts'
import { describeAccepting } from './accepting.ts'
import { describeCommitting } from './committing.ts'
import { describeKeeping } from './keeping.ts'
import { describeOperating } from './operating.ts'
import { describeRandomly } from './random.ts'
import { describeSweeping } from './sweeping.ts'
import { describeWatching } from './watching.ts'

export * from './builders.ts'

export interface LedgerUnderTest {
  readonly ledger: Ledger & Pick<RunQueries, 'openRuns' | 'latestEvents' | 'failuresSince'>
  /** A run's events in the order of writing. */
  history(uuid: string): Promise<readonly RunEvent[]>
  close(): Promise<void>
}

export type OpenLedger = () => Promise<LedgerUnderTest>

/** @param open opens a ledger without any run, which no other test sees */
export function describeLedgerContract({ name, open }: { readonly name: string; readonly open: OpenLedger }): void {
  describe(`${name}: what every ledger does`, () => {
    describeAccepting(open)
    describeCommitting(open)
    describeOperating(open)
    describeSweeping(open)
    describeKeeping(open)
    describeWatching(open)
    describeRandomly(open)
  })
}
