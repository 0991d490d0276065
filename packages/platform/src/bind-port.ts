import { CodedError } from '@rollcall/engine'
import { platformErrors } from './errors.ts'

/** Awaits `listen`. @throws CodedError PORT_TAKEN, which names the setting to change; whatever else `listen` throws */
export async function bindPort({
  host,
  port,
  portSetting,
  listen,
}: {
  readonly host: string
  readonly port: number
  /** Where the port comes from, e.g. `API_PORT`. */
  readonly portSetting: string
  readonly listen: () => Promise<unknown>
}): Promise<void> {
  try {
    await listen()
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE')) throw cause
    throw new CodedError(platformErrors.PORT_TAKEN, `${portSetting} is ${port}, and another program listens on ${host}:${port}.`, { cause })
  }
}
