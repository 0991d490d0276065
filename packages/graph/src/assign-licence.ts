// A licence costs one write where the account was made by us (its usage location is set at creation) and none where it is there already.
// Why Graph refuses a licence is asked of the subscriptions themselves, since its sentences are no contract. One that is missing is the matter of the
// accounts that lack it: whoever needs none, or another one, is not kept waiting.
import { TerminalError } from '@rollcall/engine'
import { type Directory, type DirectoryCall, provisioningErrors } from '@rollcall/provisioning'
import { directoryError } from './directory-error.ts'
import { LicenceState, Skus } from './graph-bodies.ts'
import type { GraphConfig } from './graph-config.ts'
import type { Send } from './graph-request.ts'
import { readBody } from './read-body.ts'

export function makeAssignLicence({ send, config }: { readonly send: Send; readonly config: GraphConfig }): Directory['assignLicence'] {
  const skuOf = { student: config.GRAPH_LICENCE_SKU_STUDENT, teacher: config.GRAPH_LICENCE_SKU_TEACHER }

  async function assertUnitsLeft({ skuId, call }: { skuId: string; call: DirectoryCall }): Promise<void> {
    const query = { $select: 'skuId,consumedUnits,prepaidUnits' }
    const skus = readBody(await send({ method: 'GET', route: '/subscribedSkus', query, purpose: 'read' }, call), Skus)
    const sku = skus?.value.find((candidate) => candidate.skuId.toLowerCase() === skuId)
    if (sku === undefined) throw new TerminalError(provisioningErrors.LICENCES_EXHAUSTED, `The tenant has no subscription ${skuId}.`)
    if (sku.consumedUnits >= sku.prepaidUnits.enabled) {
      throw new TerminalError(
        provisioningErrors.LICENCES_EXHAUSTED,
        `${sku.consumedUnits} of ${sku.prepaidUnits.enabled} of ${skuId} are used.`,
      )
    }
  }

  return async ({ azureId, kind }, call) => {
    const skuId = skuOf[kind]
    if (skuId === undefined) return 'placed'
    const params = { id: azureId }
    const query = { $select: 'usageLocation,assignedLicenses' }
    const state = readBody(await send({ method: 'GET', route: '/users/{id}', params, query, purpose: 'read' }, call), LicenceState)
    if (state === null) return 'notVisible'
    if (state.assignedLicenses.some((licence) => licence.skuId.toLowerCase() === skuId)) return 'placed'
    if (!state.usageLocation) {
      const body = { usageLocation: config.GRAPH_USAGE_LOCATION }
      const updated = await send({ method: 'PATCH', route: '/users/{id}', params, body, purpose: 'update' }, call)
      if (updated.kind === 'refused' && updated.meaning === 'missing') return 'notVisible'
      if (updated.kind !== 'success') throw directoryError(updated)
    }
    const body = { addLicenses: [{ skuId, disabledPlans: [] }], removeLicenses: [] }
    const assigned = await send({ method: 'POST', route: '/users/{id}/assignLicense', params, body, purpose: 'licence' }, call)
    if (assigned.kind === 'success') return 'placed'
    if (assigned.kind === 'refused' && assigned.meaning === 'missing') return 'notVisible'
    if (assigned.kind === 'refused' && assigned.meaning === 'licenceRefused') await assertUnitsLeft({ skuId, call })
    throw directoryError(assigned)
  }
}
