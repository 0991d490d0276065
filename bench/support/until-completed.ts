import type { Database } from '@rollcall/database'
import type { Fleet } from '@rollcall/scripts/fleet'
import { countCompleted, until } from './until.ts'

interface Watched {
  readonly fleet: Pick<Fleet, 'started' | 'app'>
  readonly database: Database
}

/**
 * Waits until so many accounts are completed, in a fleet of which nobody is to end meanwhile.
 * @throws Error as soon as a process of it has ended: the others would wait for it, and so would we
 */
export async function untilCompleted({ fleet, database }: Watched, count: number): Promise<void> {
  await until(`${count.toLocaleString('en')} accounts are completed`, async () => {
    assertWhole(fleet)
    return (await countCompleted(database)) >= count
  })
}

function assertWhole({ started, app }: Watched['fleet']): void {
  const ended = [...started, 'simulator'].filter((name) => !app(name).isRunning())
  if (ended.length > 0) throw new Error(`Ended while it was needed: ${ended.join(', ')}. Nothing was measured.`)
}
