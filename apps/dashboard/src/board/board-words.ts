// What Bull Board's page says where its own words would be wrong here. Its texts are files that it loads; ours are laid over them, whatever
// the language: a sentence in English is better than a wrong one.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

interface Words {
  readonly [key: string]: string | Words
}

const NOT_HERE = '(not in Rollcall)'

export const OUR_WORDS: Words = {
  JOB: {
    ACTIONS: {
      RETRY: 'Replay the run',
      PROMOTE: `Promote ${NOT_HERE}`,
      CLEAN: `Clean ${NOT_HERE}`,
      UPDATE_DATA: `Update data ${NOT_HERE}`,
      DUPLICATE: `Duplicate ${NOT_HERE}`,
      RESCHEDULE: `Reschedule ${NOT_HERE}`,
      REPRIORITISE: `Change priority ${NOT_HERE}`,
      CONFIRM: { RETRY: 'Start the run of this job again, in the state in which it failed? It goes into the audit log under your name.' },
    },
  },
  QUEUE: {
    ACTIONS: {
      RETRY_ALL: 'Replay all',
      RETRY_ALL_FAILED: 'Replay the runs of all {{count}} failed jobs',
      RETRY_FAILED_IN_ALL_QUEUES: 'Replay the runs of {{count}} failed jobs in all queues',
      RETRY_FAILED_IN_GROUP: 'Replay the runs of {{count}} failed jobs in this group',
      PROMOTE_ALL: `Promote all ${NOT_HERE}`,
      CLEAN_ALL: `Clean all ${NOT_HERE}`,
      PAUSE: `Pause ${NOT_HERE}`,
      RESUME: `Resume ${NOT_HERE}`,
      PAUSE_ALL: `Pause all ${NOT_HERE}`,
      RESUME_ALL: `Resume all ${NOT_HERE}`,
      EMPTY: `Empty ${NOT_HERE}`,
      OBLITERATE: `Obliterate ${NOT_HERE}`,
      ADD_JOB: `Add job ${NOT_HERE}`,
      SET_CONCURRENCY: `Set concurrency ${NOT_HERE}`,
      SET_RATE_LIMIT: `Set rate limit ${NOT_HERE}`,
      CONFIRM: {
        RETRY_ALL: 'Start the runs of all {{status}} jobs of this queue again? Each goes into the audit log under your name.',
        RETRY_FAILED_QUEUES:
          'Start the runs of {{jobs}} failed jobs in {{count}} queues again? Each goes into the audit log under your name.',
      },
      TOAST: {
        RETRY_PENDING: 'Replaying…',
        // Bull Board says this whatever the answer was; a refusal stands in a message of its own.
        RETRY_DONE: 'Rollcall has answered',
        RETRY_SKIPPED: '{{count}} were not replayed; the other message says why.',
        RETRY_QUEUES_PENDING: 'Replaying in {{count}} queues…',
        RETRY_QUEUES_DONE: 'Rollcall has answered for {{count}} queues',
      },
      PAUSE_GROUP: `Pause all queues in group ${NOT_HERE}`,
      RESUME_GROUP: `Resume all queues in group ${NOT_HERE}`,
    },
  },
}

const LANGUAGE = /^[a-z]{2}-[A-Z]{2}$/

/** The texts of a language with ours laid over them; null where Bull Board does not speak it. */
export async function boardWords({ statics, language }: { readonly statics: string; readonly language: string }): Promise<Words | null> {
  if (!LANGUAGE.test(language)) return null
  try {
    return overlay(wordsOf(await readFile(join(statics, 'locales', language, 'messages.json'), 'utf8')), OUR_WORDS)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}

function overlay(base: Words, over: Words): Words {
  const merged = Object.entries(over).map(([key, words]) => {
    const below = base[key]
    return [key, typeof words === 'object' && typeof below === 'object' ? overlay(below, words) : words]
  })
  return { ...base, ...Object.fromEntries(merged) }
}

/** Bull Board's own files hold texts and groups of texts. */
function wordsOf(json: string): Words {
  return JSON.parse(json) as Words
}
