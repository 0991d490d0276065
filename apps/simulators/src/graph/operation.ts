/* What one call of the Graph surface is given and answers. Operations throw GraphError to refuse. */
import type { SimulatorClock } from '../clock.ts'
import type { Directory } from './create-directory.ts'
import type { Replication } from './create-replication.ts'
import { graphErrors } from './graph-errors.ts'
import type { Properties } from './records.ts'

export interface GraphRequest {
  readonly method: string
  /** Below /v1.0, still encoded, without the query. */
  readonly path: string
  readonly query: URLSearchParams
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: unknown
  /** `https://localhost:5010/v1.0`, as the caller reached us. */
  readonly baseUrl: string
}

export interface GraphAnswer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Properties
}

export interface OperationContext {
  readonly request: GraphRequest
  /** Values of the route's `{…}` places, in order, decoded. */
  readonly parameters: readonly string[]
  /** The replica that serves this request. */
  readonly replica: number
  readonly directory: Directory
  readonly replication: Replication
  readonly clock: SimulatorClock
  readonly verifiedDomains: ReadonlySet<string>
  readonly tenantId: string
}

export type Operation = (context: OperationContext) => GraphAnswer

/** The body as an object; Graph refuses everything else as unreadable. */
export function bodyOf(request: GraphRequest): Properties {
  if (!isProperties(request.body)) throw graphErrors.unreadableBody()
  return request.body
}

export function isProperties(value: unknown): value is Properties {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export const noContent: GraphAnswer = { status: 204 }
