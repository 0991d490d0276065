// The process `shopping` on a virtual clock, over a shop in memory.
import { createIds } from '../ids.ts'
import type { Notice } from '../notice.ts'
import type { OperationDeps } from '../operations/cancel-run.ts'
import { createStory, type Story, type StoryOptions } from '../testing/create-story.ts'
import { createShop, type Shop, type ShopOptions, type ShopState } from './create-shop.ts'
import { shopping } from './shopping.ts'

export interface ShopStory extends Story {
  readonly shop: Shop
  readonly operations: OperationDeps
  /** What operations told of. */
  readonly told: readonly Notice[]
  /** A run of `shopping`, played until it has come to a state. */
  reach(state: ShopState, customer?: string): Promise<string>
}

export type ShopStoryOptions = ShopOptions & Partial<Omit<StoryOptions, 'handlers'>>

export function createShopStory({ lagMs = 0, pages = 3, ...options }: ShopStoryOptions = {}): ShopStory {
  const { shop, handlers } = createShop({ lagMs, pages })
  const story = createStory({ handlers, ...options })
  const { clock, dispatcher, ledger } = story
  const told: Notice[] = []
  return {
    ...story,
    shop,
    told,
    operations: { ledger, dispatcher, clock, newId: createIds(clock), notify: (notice) => void told.push(notice) },

    async reach(state, customer = 'c1') {
      const { uuid } = await story.begin({ process: shopping, input: { customer } })
      while (ledger.run(uuid).state !== state) await story.playOne()
      return uuid
    },
  }
}
