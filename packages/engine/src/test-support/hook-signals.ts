// For what happens between two steps of somebody else: each hook fires once.
import type { CateringStory } from './create-catering-story.ts'

/** Lets something happen between the look that finds nothing and what is done about it. */
export function afterNextLook({ ledger: { signals } }: CateringStory, act: () => Promise<unknown>): void {
  const { next } = signals
  Object.assign(signals, {
    next: async (...args: Parameters<typeof next>) => {
      Object.assign(signals, { next })
      const found = await next(...args)
      await act()
      return found
    },
  })
}

/** Lets something happen after a sender has read the run. */
export function betweenReadingAndSending({ ledger: { signals } }: CateringStory, act: () => Promise<unknown>): void {
  const { find } = signals
  Object.assign(signals, {
    find: async (key: Parameters<typeof find>[0]) => {
      Object.assign(signals, { find })
      await act()
      return find(key)
    },
  })
}
