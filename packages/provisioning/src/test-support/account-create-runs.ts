import { replayRun } from '@rollcall/engine'
import type { AccountCreateInput } from '../account-create/input.ts'
import { accountCreate } from '../account-create/process.ts'
import type { ProvisioningStory } from '../testing/create-provisioning-story.ts'

export const HAPPY_TRAIL = [
  'RESERVE_USERNAME success',
  'AWAITING_USER_CREATE success',
  'POLL_USER_CREATE success',
  'AWAITING_ENROLLMENT success',
  'USER_NEISPUO_PERSIST success',
  'COMPLETED full',
]

/** As an operator does with a run that failed, and then whatever follows. @param lastState where it failed @param input corrected */
export async function replayAndPlay(
  { clock, dispatcher, ledger, play }: ProvisioningStory,
  uuid: string,
  { input = null, lastState = 'AWAITING_USER_CREATE' }: { readonly lastState?: string; readonly input?: AccountCreateInput | null } = {},
): Promise<void> {
  const order = { fromState: null, input, actor: 'operator', reason: 'The directory takes the data now.' }
  await replayRun(
    { process: accountCreate, run: ledger.run(uuid), lastState, ...order },
    { ledger, dispatcher, clock, newId: () => crypto.randomUUID(), notify: () => {} },
  )
  await play()
}
