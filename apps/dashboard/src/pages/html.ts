/** A piece of HTML: what is put into a template otherwise is escaped. */
export interface Html {
  readonly markup: string
}

type Part = Html | string | number | null | false | readonly Part[]

const ESCAPED: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** ``html`<td>${text}</td>` ``: null and false are nothing, lists are put together. Attributes stand in quotes. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return { markup: strings.map((text, index) => (index === 0 ? '' : markupOf(parts[index - 1] ?? null)) + text).join('') }
}

function markupOf(part: Part): string {
  if (part === null || part === false) return ''
  if (typeof part === 'string' || typeof part === 'number') return String(part).replace(/[&<>"']/g, (character) => ESCAPED[character] ?? '')
  return 'markup' in part ? part.markup : part.map(markupOf).join('')
}
