import type { Operator } from '../auth/operator.ts'
import { html } from './html.ts'
import { layout } from './layout.ts'

export interface ProblemPage {
  readonly operator: Operator | null
  readonly title: string
  readonly words: string
  /** What to do about it. */
  readonly advice: string | null
  readonly code: string
  readonly requestId: string
}

export function problemPage({ operator, title, words, advice, code, requestId }: ProblemPage): string {
  return layout({
    title,
    operator,
    main: html`
<p>${words}</p>
${advice !== null && html`<p>${advice}</p>`}
<p class="hint">${code}, request ${requestId}</p>
<p><a href="/">To the overview</a></p>`,
  })
}
