/**
 * Where servers of ours that take any free port listen: below what the system hands out (32768 to 60999 on Linux), so that no connection of another
 * program takes a port between our look and the start, or while its server is being started again. From the lowest to below the highest.
 */
export const PORTS_TO_LISTEN_ON = { lowest: 12_000, highest: 32_000 } as const
