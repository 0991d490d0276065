import { keyProblems } from '@rollcall/platform/http'
import { z } from 'zod'
import type { Api } from '../api.ts'
import type { CronDeps } from '../cron/cron-deps.ts'
import { JobView } from '../cron/job-view.ts'
import { type ReadJobsDeps, readJobs } from '../cron/read-jobs.ts'

const CronStatus = z
  .object({
    managerStatus: z
      .enum(['running', 'silent'])
      .meta({ description: 'running while a worker-sync beats, which rings the bells; silent: none is heard of.' }),
    totalJobs: z.int(),
    runningJobs: z.int(),
    jobs: z.array(JobView),
  })
  .meta({ id: 'CronStatus' })

export function cronStatus(api: Api, deps: ReadJobsDeps & Pick<CronDeps, 'readFleet'>): void {
  api.get(
    '/api/cron/status',
    {
      config: { access: 'observe' },
      schema: {
        tags: ['jobs'],
        summary: 'Show every job: when it runs, and how its runs went',
        response: { 200: CronStatus, ...keyProblems },
      },
    },
    async () => {
      const [jobs, isBeating] = await Promise.all([readJobs(deps), isSyncBeating(deps)])
      return {
        managerStatus: isBeating ? ('running' as const) : ('silent' as const),
        totalJobs: jobs.length,
        runningJobs: jobs.filter(({ isRunning }) => isRunning).length,
        jobs,
      }
    },
  )
}

/** Without Redis nobody is heard of. */
async function isSyncBeating({ readFleet }: Pick<CronDeps, 'readFleet'>): Promise<boolean> {
  const fleet = await readFleet().catch(() => null)
  return fleet?.heartbeats.some(({ worker }) => worker === 'sync') ?? false
}
