// The process `catering` on a virtual clock.
import { createIds } from '../ids.ts'
import type { OperationDeps } from '../operations/cancel-run.ts'
import { createStory, type Story } from '../testing/create-story.ts'
import { catering, cateringHandlers } from './catering.ts'

export type CateringState = keyof typeof catering.states

export interface CateringStory extends Story {
  readonly operations: OperationDeps
  /** A run that was played until it has come to a state, without the first look in there. */
  reach(state: CateringState, courses?: number): Promise<string>
  approve(uuid: string, key?: string): Promise<unknown>
}

export function createCateringStory(): CateringStory {
  const story = createStory({ handlers: cateringHandlers() })
  const { clock, dispatcher, ledger } = story
  let feasts = 0

  async function approve(uuid: string, key?: string): Promise<unknown> {
    return story.signal({ uuid, name: 'approval', outcome: 'approved', ...(key && { key }) })
  }

  return {
    ...story,
    operations: { ledger, dispatcher, clock, newId: createIds(clock), notify: () => undefined },
    approve,

    async reach(state, courses = 1) {
      feasts += 1
      const { uuid } = await story.begin({ process: catering, input: { feast: `f${feasts}`, courses } })
      while (ledger.run(uuid).state !== state) {
        if (ledger.run(uuid).state === 'AWAIT_APPROVAL') await approve(uuid)
        await story.playOne()
      }
      return uuid
    },
  }
}
