// A state's dealings with its outside resource. What must always hold: a run never suffers from a gate, or from a closing, that could not be
// asked or told because Redis or SQL was away.
import { classifyError } from './classify-error.ts'
import { LedgerUnavailableError } from './errors.ts'
import { ledgerUnreachable, type Notice, type Notify, queueUnreachable } from './notice.ts'
import { laneOf } from './priority.ts'
import { type StateRow, tokensOf } from './process-table.ts'
import type { ResourceEntry, Resources } from './resources.ts'
import type { Run } from './run.ts'
import type { WorkError } from './work-result.ts'

export interface StateResource {
  /** Null: the state needs none. `error`: the table could not say what the run needs of it. */
  enter(run: Run): Promise<ResourceEntry | { readonly error: WorkError } | null>
  tellSuccess(entry: ResourceEntry | null): Promise<void>
  tellError(run: Run, error: WorkError): Promise<void>
}

export interface StateResourceDeps {
  readonly resources: Resources
  readonly notify: Notify
  /** How long a run waits before it asks a gate again that did not answer. */
  readonly outagePauseMs: () => number
}

export function createStateResource(row: StateRow, { resources, notify, outagePauseMs }: StateResourceDeps): StateResource {
  const { resource } = row

  async function tell(words: (resource: string) => Promise<void>): Promise<void> {
    if (resource === undefined) return
    try {
      await words(resource)
    } catch (error) {
      notify(outageOf(error))
    }
  }

  /** The table's own arithmetic over a run's input is as much the run's work as its handler is. */
  function tokensFor(run: Run): number | { readonly error: WorkError } {
    try {
      return tokensOf(row, run.input)
    } catch (thrown) {
      return { error: classifyError(thrown) }
    }
  }

  return {
    async enter(run) {
      if (resource === undefined) return null
      const tokens = tokensFor(run)
      if (typeof tokens !== 'number') return tokens
      try {
        const lane = laneOf(run.priority)
        const entry = await resources.enter({ resource, tokens, lane, scope: run.scopeId, uuid: run.uuid })
        if (entry.kind === 'open' && tokens > 0) notify({ kind: 'tokensTaken', resource, lane, tokens })
        return entry
      } catch (error) {
        notify(outageOf(error))
        return { kind: 'wait', ms: outagePauseMs(), closed: false }
      }
    },

    tellSuccess: (entry) => tell((name) => resources.noteSuccess(name, entry)),

    tellError: (run, error) =>
      tell(async (name) => {
        const { kind } = error.errorCode
        if (kind === 'throttled') await resources.pause(name, error.afterMs ?? 0)
        if (kind === 'systemic') await resources.noteSystemic({ resource: name, uuid: run.uuid, error })
      }),
  }
}

function outageOf(error: unknown): Notice {
  return error instanceof LedgerUnavailableError ? ledgerUnreachable(error) : queueUnreachable(error, 0)
}
