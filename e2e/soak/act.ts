// What happens to the fleet from outside while the faults strike it, one act at a time.
import type { TestFleet } from '../support/start-test-fleet.ts'
import type { Ask } from './ask.ts'
import { collect, look, many, namesake, otherBody, repeat, samePerson, single } from './asked-from-outside.ts'
import { cancel, cohort, poison, replay } from './ordered-by-operators.ts'
import type { Act, ActKind } from './plan-soak.ts'
import { count, type Roster } from './roster.ts'
import { upload } from './upload.ts'

export interface ActDeps {
  readonly fleet: TestFleet
  readonly roster: Roster
  readonly ask: Ask
}

type Perform = (act: Act, deps: ActDeps) => Promise<void>

const PERFORM: Readonly<Record<ActKind, Perform>> = {
  ...{ single, many, namesake, repeat, samePerson, otherBody },
  ...{ cancel, poison, replay, cohort, collect, upload, look },
}

export async function perform(act: Act, deps: ActDeps): Promise<void> {
  count(deps.roster, act.kind)
  await PERFORM[act.kind](act, deps)
}
