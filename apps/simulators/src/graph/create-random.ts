/** A seeded stream of numbers in [0, 1): mulberry32, seeded through FNV-1a so that each named stream is its own. */
export function createRandom({ seed, stream }: { seed: number; stream: string }): () => number {
  let state = 0x811c9dc5
  for (const character of `${seed}/${stream}`) state = Math.imul(state ^ character.charCodeAt(0), 0x01000193)
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
