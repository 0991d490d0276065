// The shop in memory, with its workers over a real Redis.
import type { Queue } from 'bullmq'
import { queueName } from '../dispatcher.ts'
import type { StateHandlers } from '../handler.ts'
import { createFleet, type Fleet } from './create-fleet.ts'
import { createShop, type Shop, type ShopOptions } from './create-shop.ts'
import type { TestRedis } from './real-redis.ts'

export interface OpenShop {
  readonly shop: Shop
  readonly handlers: readonly StateHandlers[]
  readonly fleet: Fleet
  /** `<state> <status>` of each row of the run's history. */
  readonly trail: (uuid: string) => readonly string[]
}

export const HAPPY_TRAIL = ['RESERVE success', 'ORDER success', 'POLL_ORDER success', 'STORE success']

export async function openShop({ redis, ...options }: ShopOptions & { readonly redis: TestRedis }): Promise<OpenShop> {
  const { shop, handlers } = createShop(options)
  const fleet = await createFleet({ redis, handlers })
  return { shop, handlers, fleet, trail: (uuid) => fleet.ledger.history(uuid).map(({ state, status }) => `${state} ${status}`) }
}

export function queueOf({ dispatcher }: Fleet, state: string): Queue {
  const queue = dispatcher.queues.get(queueName({ process: 'shopping', state }))
  if (!queue) throw new Error(`The test expected the queue of ${state}.`)
  return queue
}
