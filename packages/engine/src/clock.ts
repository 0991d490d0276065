import type { EpochMs } from './run.ts'

/** Engine code never asks the machine for the time; tests move this one. */
export interface Clock {
  now(): EpochMs
}

export const systemClock: Clock = { now: () => Date.now() }
