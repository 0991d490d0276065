import { findUser } from '../find-visible.ts'
import { graphErrors } from '../graph-errors.ts'
import { bodyOf, type GraphAnswer, isProperties, type OperationContext } from '../operation.ts'
import type { SkuRecord, UserRecord } from '../records.ts'
import { showSku, showUser } from '../views.ts'

/** POST /users/{id}/assignLicense: all or nothing. */
export function assignLicense(context: OperationContext): GraphAnswer {
  const user = findUser({ context, key: context.parameters[0] ?? '' })
  const { addLicenses, removeLicenses } = bodyOf(context.request)
  if (!Array.isArray(addLicenses) || !Array.isArray(removeLicenses)) throw graphErrors.unreadableBody()
  const removed = removeLicenses.map((skuId) => findSku({ context, skuId }))
  const added = addLicenses.map((licence) => readAssignment({ context, licence }))
  for (const sku of removed) if (!user.licences.has(sku.skuId)) throw graphErrors.licenceNotAssigned()
  if (added.length > 0 && typeof user.properties.usageLocation !== 'string') throw graphErrors.invalidUsageLocation()
  for (const { sku } of added) {
    const isNew = !user.licences.has(sku.skuId)
    if (isNew && sku.consumed >= sku.enabled) throw graphErrors.noLicenceLeft(sku.skuId)
  }
  for (const sku of removed) take({ user, sku })
  for (const { sku, disabledPlans } of added) give({ user, sku, disabledPlans })
  return { status: 200, body: { '@odata.context': `${context.request.baseUrl}/$metadata#users/$entity`, ...showUser({ user }) } }
}

/** GET /subscribedSkus */
export function listSubscribedSkus(context: OperationContext): GraphAnswer {
  const value = [...context.directory.skus.values()].map((sku) => showSku({ sku, tenantId: context.tenantId }))
  return { status: 200, body: { '@odata.context': `${context.request.baseUrl}/$metadata#subscribedSkus`, value } }
}

/** GET /users/{id}/licenseDetails */
export function listLicenseDetails(context: OperationContext): GraphAnswer {
  const user = findUser({ context, key: context.parameters[0] ?? '' })
  const value = [...user.licences.keys()].flatMap((skuId) => {
    const sku = context.directory.skus.get(skuId)
    return sku === undefined ? [] : [{ id: `${user.id}_${skuId}`, skuId, skuPartNumber: sku.skuPartNumber, servicePlans: [] }]
  })
  return { status: 200, body: { '@odata.context': `${context.request.baseUrl}/$metadata#users('${user.id}')/licenseDetails`, value } }
}

function give({ user, sku, disabledPlans }: { user: UserRecord; sku: SkuRecord; disabledPlans: readonly string[] }): void {
  if (!user.licences.has(sku.skuId)) sku.consumed += 1
  user.licences.set(sku.skuId, disabledPlans)
}

function take({ user, sku }: { user: UserRecord; sku: SkuRecord }): void {
  if (user.licences.delete(sku.skuId)) sku.consumed -= 1
}

function readAssignment({ context, licence }: { context: OperationContext; licence: unknown }): {
  sku: SkuRecord
  disabledPlans: string[]
} {
  if (!isProperties(licence)) throw graphErrors.unreadableBody()
  const plans = Array.isArray(licence.disabledPlans) ? licence.disabledPlans : []
  return { sku: findSku({ context, skuId: licence.skuId }), disabledPlans: plans.filter((plan) => typeof plan === 'string') }
}

function findSku({ context, skuId }: { context: OperationContext; skuId: unknown }): SkuRecord {
  const sku = typeof skuId === 'string' ? context.directory.skus.get(skuId) : undefined
  if (sku === undefined) throw graphErrors.unknownLicence(String(skuId))
  return sku
}
