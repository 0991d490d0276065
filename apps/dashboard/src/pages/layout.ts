import type { Operator } from '../auth/operator.ts'
import { type Html, html } from './html.ts'

export interface PageParts {
  readonly title: string
  /** Null where nobody is logged in. */
  readonly operator: Operator | null
  readonly main: Html
  /** Where the browser goes by itself. */
  readonly refreshTo?: string
}

/** A whole document. No script anywhere; what an operator sees without one is all there is. */
export function layout({ title, operator, main, refreshTo }: PageParts): string {
  const page = html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
${refreshTo !== undefined && html`<meta http-equiv="refresh" content="0; url=${refreshTo}">`}
<title>${title} – Rollcall</title>
<link rel="stylesheet" href="/assets/console.css">
</head>
<body>
<a class="skip" href="#main">To the content</a>
<header>
<p class="brand">Rollcall</p>
${operator && navigation(operator)}
</header>
<main id="main">
<h1>${title}</h1>
${main}
</main>
</body>
</html>
`
  return page.markup
}

function navigation(operator: Operator): Html {
  return html`<nav aria-label="Pages">
<ul>
<li><a href="/">Overview</a></li>
<li><a href="/runs">Runs</a></li>
<li><a href="/queues/">Queues</a></li>
</ul>
</nav>
<form class="who" method="post" action="/logout">
${csrfField(operator)}
<p>${operator.name} (${operator.role})</p>
<button type="submit">Log out</button>
</form>`
}

export const CSRF_FIELD = '_csrf'

export function csrfField({ csrfToken }: Pick<Operator, 'csrfToken'>): Html {
  return html`<input type="hidden" name="${CSRF_FIELD}" value="${csrfToken}">`
}

/** Something that went wrong, or right, said where it is read first and by whoever listens. */
export function notice(kind: 'wrong' | 'done', words: Html): Html {
  return html`<div class="notice ${kind}" role="${kind === 'wrong' ? 'alert' : 'status'}">${words}</div>`
}
