import { forgetPeakOf, peakMemoryOf } from '../support/memory-of.ts'

export interface MemoryOfWork {
  readonly mostMb: number
  /** The peak of the last third of the work over that of the first: 1 is flat. */
  readonly growth: number
}

export interface Thirds {
  /** @param share of the work that is done */
  at(share: number): Promise<void>
  /** Once all is done. */
  end(): Promise<MemoryOfWork>
}

/** Watches what a process holds while it works: the most in each third of its work. What it held before is not counted. */
export async function watchThirds(pid: number): Promise<Thirds> {
  const peaks: number[] = []
  await forgetPeakOf(pid)

  async function close(): Promise<void> {
    peaks.push(await peakMemoryOf(pid))
    await forgetPeakOf(pid)
  }

  return {
    async at(share) {
      if (share * 3 >= peaks.length + 1 && peaks.length < 2) await close()
    },
    async end() {
      await close()
      const [first = Number.NaN] = peaks
      return { mostMb: Math.max(...peaks), growth: (peaks.at(-1) ?? Number.NaN) / first }
    },
  }
}
