// Bull Board's page, made from its own template: without what it links from elsewhere and without anything inline that a browser would run or
// a policy refuse. What must always hold: a template of another shape keeps the dashboard from starting instead of serving what nobody looked at.

const PLACEHOLDER = /<%[=-] (\w+) %>/g
const FROM_ELSEWHERE = /<link[^>]+href="https?:[^>]*>/g
const INLINE_STYLE = /<style>[\s\S]*?<\/style>|\sstyle="[^"]*"/g
/** Every script but a file of ours and the block of settings, which browsers do not run. */
const INLINE_SCRIPT = /<script(?![^>]*\ssrc="static\/)(?! id="__UI_CONFIG__" type="application\/json">)/
const KNOWN = ['basePath', 'title', 'favIconAlternative', 'favIconDefault', 'uiConfig'] as const
type Placeholder = (typeof KNOWN)[number]

export type BoardTemplate = (values: Readonly<Record<Placeholder, string>>) => string

/** @throws Error where the template holds what this does not know */
export function readBoardTemplate(source: string): BoardTemplate {
  const clean = source.replace(FROM_ELSEWHERE, '').replace(INLINE_STYLE, '')
  const names = [...clean.matchAll(PLACEHOLDER)].map(([, name]) => name)
  const isKnown = KNOWN.every((name) => names.includes(name)) && names.every((name) => isPlaceholder(name))
  const rest = clean.replace(PLACEHOLDER, '')
  if (!isKnown || rest.includes('<%') || INLINE_SCRIPT.test(rest) || /https?:|\son\w+="/.test(rest)) {
    throw new Error("Bull Board's page is not as this dashboard knows it: look at index.ejs of @bull-board/ui and mend board-page.ts.")
  }
  return (values) => clean.replace(PLACEHOLDER, (_whole, name: string) => (isPlaceholder(name) ? values[name] : ''))
}

function isPlaceholder(name: string | undefined): name is Placeholder {
  return KNOWN.some((known) => known === name)
}

/** JSON that may stand in an HTML script block. */
export function jsonForPage(value: unknown): string {
  return JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
