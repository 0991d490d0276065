// A shop in memory, with the handlers of `shopping` and `sweeping` over it; each of its services can be made to fail, to hang or to be watched.
import { defineHandlers, notYet, type RunToStart, type StateHandlers } from '../handler.ts'
import { shopping, sweeping } from './shopping.ts'

export type ShopState = keyof typeof shopping.states

interface Seen {
  readonly customer: string
  readonly isFirstTry: boolean
  readonly attempt: number
  readonly at: number
  readonly result: object
}

interface Called {
  readonly input: { readonly customer: string }
  readonly now: number
  readonly signal: AbortSignal
}

type Act = (signal: AbortSignal) => unknown

export interface Shop {
  /** Real effects, in their order. */
  readonly effects: string[]
  readonly reservations: Map<string, number>
  readonly orders: Map<string, string>
  readonly rows: Map<string, string>
  /** How each call of a state's handler began. */
  readonly seen: Record<ShopState, Seen[]>
  /** What the next calls of a state do before anything else; one that throws fails its call. */
  before(state: ShopState, ...acts: Act[]): void
  /** What the next calls of a state do after their effect. */
  after(state: ShopState, ...acts: Act[]): void
  /** What the next calls of STORE do inside their transaction. */
  within(...acts: (() => unknown)[]): void
  /** What STORE starts. */
  starts: readonly RunToStart[]
}

export interface ShopOptions {
  /** How long an order takes to be ready. */
  readonly lagMs?: number
  /** How often one must have looked in vain before an order is ready. */
  readonly looksInVain?: number
  /** How many pages a sweep has. */
  readonly pages?: number
}

export function createShop({ lagMs = 0, looksInVain = 0, pages = 3 }: ShopOptions = {}): {
  readonly shop: Shop
  readonly handlers: readonly StateHandlers[]
} {
  const readyAt = new Map<string, number>()
  const before = new Map<string, Act[]>()
  const after = new Map<string, Act[]>()
  const withinStore: (() => unknown)[] = []
  const seen = { RESERVE: [], ORDER: [], POLL_ORDER: [], STORE: [], UNDO_ORDER: [], UNDO_RESERVE: [] }
  const shop: Shop = {
    effects: [],
    reservations: new Map(),
    orders: new Map(),
    rows: new Map(),
    seen,
    before: (state, ...acts) => void before.set(state, [...(before.get(state) ?? []), ...acts]),
    after: (state, ...acts) => void after.set(state, [...(after.get(state) ?? []), ...acts]),
    within: (...acts) => void withinStore.push(...acts),
    starts: [],
  }

  /** Whoever has done it already adopts what is there. */
  function once(kept: Map<string, unknown>, key: string, effect: string, act: () => void): void {
    if (kept.has(key)) return
    act()
    shop.effects.push(effect)
  }

  function served<W extends Omit<Seen, 'at' | 'customer'> & Called, A>(state: ShopState, serve: (work: W) => A) {
    return async (work: W): Promise<A> => {
      const { isFirstTry, attempt, input, now: at, result, signal } = work
      shop.seen[state].push({ customer: input.customer, isFirstTry, attempt, at, result })
      await before.get(state)?.shift()?.(signal)
      const answer = serve(work)
      await after.get(state)?.shift()?.(signal)
      return answer
    }
  }

  const handlers = [
    defineHandlers(shopping, 'persist', {
      RESERVE: served('RESERVE', ({ input: { customer } }) => {
        once(shop.reservations, customer, `reserve ${customer}`, () => shop.reservations.set(customer, shop.reservations.size + 1))
        return { outcome: 'reserved', received: { number: shop.reservations.get(customer) ?? 0 } }
      }),
      STORE: served('STORE', ({ uuid, result, input: { customer } }) => ({
        outcome: result.POLL_ORDER ? 'stored' : 'storedBare',
        start: shop.starts,
        write: async () => {
          await withinStore.shift()?.()
          once(shop.rows, uuid, `store ${customer}`, () => shop.rows.set(uuid, customer))
        },
      })),
      UNDO_RESERVE: served('UNDO_RESERVE', ({ input: { customer } }) => {
        if (shop.reservations.delete(customer)) shop.effects.push(`undo reserve ${customer}`)
        return { outcome: 'undone' }
      }),
    }),
    defineHandlers(shopping, 'create', {
      ORDER: served('ORDER', ({ input: { customer }, now }) => {
        once(shop.orders, customer, `order ${customer}`, () => {
          shop.orders.set(customer, `order-of-${customer}`)
          readyAt.set(customer, now + lagMs)
        })
        const orderId = shop.orders.get(customer) ?? ''
        return { outcome: 'ordered', submitted: { goods: 3 }, received: { orderId }, pollingUuid: orderId }
      }),
      UNDO_ORDER: served('UNDO_ORDER', ({ input: { customer } }) => {
        if (shop.orders.delete(customer)) shop.effects.push(`undo order ${customer}`)
        return { outcome: 'undone' }
      }),
    }),
    defineHandlers(shopping, 'poll', {
      POLL_ORDER: served('POLL_ORDER', ({ input: { customer }, now }) => {
        const looks = shop.seen.POLL_ORDER.filter((look) => look.customer === customer).length
        if (now < (readyAt.get(customer) ?? 0) || looks <= looksInVain) return notYet
        return { outcome: 'ready', received: { parcel: `parcel-of-${customer}` } }
      }),
    }),
    defineHandlers(sweeping, 'sync', {
      SWEEP: async ({ input: { shelf }, result }) => {
        const page = (result.SWEEP?.page ?? 0) + 1
        shop.effects.push(`sweep ${shelf} ${page}`)
        return { outcome: page < pages ? 'more' : 'swept', received: { page } }
      },
    }),
  ]
  return { shop, handlers }
}
