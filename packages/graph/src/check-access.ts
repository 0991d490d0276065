// For `doctor`: does our identity get a token, and may it do what this package does? It reads only, one read for each permission that a read
// can show, and says in plain words what to change. It throws nothing but the reason of the caller's signal.
import { CodedError } from '@rollcall/engine'
import type { DirectoryCall } from '@rollcall/provisioning'
import { z } from 'zod'
import type { TokenSource } from './create-token-source.ts'
import { type CredentialFailure, readCredentialFailure } from './credential-failure.ts'
import type { GraphAnswer } from './graph-answer.ts'
import type { GraphConfig } from './graph-config.ts'
import type { GraphRequest, Send } from './graph-request.ts'
import { parseJson } from './read-refusal.ts'

export interface AccessFinding {
  readonly ok: boolean
  /** A sentence for an operator. */
  readonly says: string
}

export interface AccessReport {
  readonly ok: boolean
  readonly findings: readonly AccessFinding[]
}

interface CheckAccessOptions {
  readonly send: Send
  readonly tokens: TokenSource
  readonly config: GraphConfig
}

export function makeCheckAccess({ send, tokens, config }: CheckAccessOptions): (call: DirectoryCall) => Promise<AccessReport> {
  return async (call) => {
    const token = await tokens
      .get(AbortSignal.any([call.signal, AbortSignal.timeout(config.GRAPH_REQUEST_TIMEOUT_MS)]))
      .catch((error: unknown) => {
        call.signal.throwIfAborted()
        return readCredentialFailure(error)
      })
    if (typeof token !== 'string') return report([{ ok: false, says: explainNoToken({ failure: token, config }) }])
    const findings: AccessFinding[] = [
      { ok: true, says: `${config.GRAPH_AUTHORITY_HOST} gave us a token.` },
      ...missingRoles({ token, config }),
    ]
    for (const probe of probesFor(config)) {
      const answer = await send(probe.request, call).catch((error: unknown) => toFinding({ error, call }))
      findings.push('kind' in answer ? judge({ probe, answer, config }) : answer)
      // What has nothing to do with the permission at hand would be said again of every other.
      if (!('kind' in answer) || answer.kind === 'lost' || (answer.kind === 'refused' && answer.meaning === 'unauthenticated')) break
    }
    return report(findings)
  }
}

/** `send` throws where Graph refused our token and the authority gave no other. Its sentences name nobody. */
function toFinding({ error, call }: { error: unknown; call: DirectoryCall }): AccessFinding {
  call.signal.throwIfAborted()
  if (!(error instanceof CodedError)) throw error
  return { ok: false, says: error.message }
}

function report(findings: readonly AccessFinding[]): AccessReport {
  return { ok: findings.every(({ ok }) => ok), findings }
}

function explainNoToken({ failure: { fault, code }, config }: { failure: CredentialFailure; config: GraphConfig }): string {
  const known = WHY_NO_TOKEN[code]
  if (known !== undefined) return `${known} (${code}).`
  const byFault: Record<CredentialFailure['fault'], string> = {
    unreachable: `${config.GRAPH_AUTHORITY_HOST} cannot be reached (${code}): check GRAPH_AUTHORITY_HOST, the network, and NODE_EXTRA_CA_CERTS where the host has a private certificate.`,
    busy: `${config.GRAPH_AUTHORITY_HOST} is too busy to answer (${code}): try again in a minute.`,
    noIdentity: `This machine has no identity of its own (${code}): set GRAPH_CLIENT_SECRET or GRAPH_CLIENT_CERTIFICATE_PATH, or give it a managed identity.`,
    refused: `${config.GRAPH_AUTHORITY_HOST} refuses us a token (${code}): look that code up at https://login.microsoftonline.com/error.`,
  }
  return byFault[fault]
}

const WHY_NO_TOKEN: Readonly<Record<string, string>> = {
  AADSTS90002: 'There is no such tenant: check GRAPH_TENANT_ID',
  AADSTS900023: 'GRAPH_TENANT_ID is neither a tenant id nor a domain',
  AADSTS700016: 'The tenant does not know our application: check GRAPH_CLIENT_ID, and GRAPH_TENANT_ID with it',
  AADSTS7000215: 'The secret is wrong: check GRAPH_CLIENT_SECRET (the value of the secret, not its id)',
  AADSTS7000222: 'The secret has expired: make a new one and set GRAPH_CLIENT_SECRET',
  AADSTS700027: 'The certificate is not registered for our application, or has expired: check GRAPH_CLIENT_CERTIFICATE_PATH',
  AADSTS500011: 'The tenant does not know Microsoft Graph under this address: check GRAPH_BASE_URL',
}

const Roles = z.object({ roles: z.array(z.string()).default([]) })

/** Reads cannot show a missing right to write; the token's roles can, as long as Microsoft keeps them readable. */
function missingRoles({ token, config }: { token: string; config: GraphConfig }): readonly AccessFinding[] {
  const claims = Roles.safeParse(parseJson(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()))
  if (!claims.success) return []
  const held = new Set(claims.data.roles)
  return neededRoles(config)
    .filter((anyOf) => !anyOf.some((role) => held.has(role)))
    .map((anyOf) => ({ ok: false, says: `Our application lacks the permission ${anyOf[0]}: grant it and give admin consent.` }))
}

/** Each entry: the least permission first, then those that include it. */
function neededRoles(config: GraphConfig): readonly (readonly [string, ...string[]])[] {
  const users = ['User.ReadWrite.All', 'Directory.ReadWrite.All'] as const
  const writesUsers = config.GRAPH_MARKER === 'employeeId' || hasLicences(config)
  return [
    ['EduRoster.ReadWrite.All'],
    // Ends the sessions of whom the status sync suspends; no other permission includes it.
    ['User.RevokeSessions.All'],
    writesUsers ? users : ['User.Read.All', 'Directory.Read.All', ...users],
    ...(hasLicences(config)
      ? [['LicenseAssignment.Read.All', 'Organization.Read.All', 'Directory.Read.All', 'Directory.ReadWrite.All'] as const]
      : []),
  ]
}

function hasLicences(config: GraphConfig): boolean {
  return config.GRAPH_LICENCE_SKU_STUDENT !== undefined || config.GRAPH_LICENCE_SKU_TEACHER !== undefined
}

interface Probe {
  readonly request: GraphRequest
  readonly does: string
}

function probesFor(config: GraphConfig): readonly Probe[] {
  const read = (route: string, query: Record<string, string>): GraphRequest => ({ method: 'GET', route, query, purpose: 'read' })
  const licences = { request: read('/subscribedSkus', { $select: 'skuId' }), does: 'read licences (LicenseAssignment.Read.All)' }
  return [
    { request: read('/education/schools', { $select: 'id', $top: '1' }), does: 'read schools and classes (EduRoster.ReadWrite.All)' },
    { request: read('/users', { $select: 'id', $top: '1' }), does: 'read users (User.Read.All)' },
    ...(hasLicences(config) ? [licences] : []),
  ]
}

function judge({ probe, answer, config }: { probe: Probe; answer: GraphAnswer; config: GraphConfig }): AccessFinding {
  if (answer.kind === 'success') return { ok: true, says: `Our application may ${probe.does}.` }
  if (answer.kind === 'lost') return { ok: false, says: `${config.GRAPH_BASE_URL} cannot be reached. ${answer.reason}.` }
  if (answer.meaning === 'forbidden') {
    return { ok: false, says: `Our application may not ${probe.does}: grant that application permission and give admin consent.` }
  }
  if (answer.meaning === 'unauthenticated') {
    return {
      ok: false,
      says: `Graph does not accept our token: check that GRAPH_BASE_URL and GRAPH_AUTHORITY_HOST belong to the same cloud.`,
    }
  }
  return { ok: false, says: `Graph answered ${answer.status} ${answer.code} (${answer.where}).` }
}
