import { SIMULATED_DOMAIN } from '@rollcall/simulators'
import type { SimulatorClient } from '../fleet/simulator-client.ts'

/** The person whose account stands in the directory before the demo begins, under the name that the rules would give her or him. */
const RETURNING = { personId: '0000009042', userPrincipalName: `lyuben.zavarnal@${SIMULATED_DOMAIN}` } as const

/** Puts two schools with their classes, and one account of ours, into the simulated directory. */
export async function seedDirectory(simulator: SimulatorClient): Promise<void> {
  const classes = { '2902418': ['771201', '771202', '771203'], '2902419': ['772201', '772202'] }
  await simulator.post('/seed', {
    schools: Object.keys(classes).map((externalId) => ({ externalId, displayName: `School ${externalId}` })),
    classes: Object.entries(classes).flatMap(([schoolExternalId, ids]) => ids.map((externalId) => ({ externalId, schoolExternalId }))),
    users: [{ userPrincipalName: RETURNING.userPrincipalName, marker: RETURNING.personId, primaryRole: 'teacher' }],
  })
}
