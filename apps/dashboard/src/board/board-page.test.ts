import { expect, it } from 'vitest'
import { jsonForPage, readBoardTemplate } from './board-page.ts'

const SETTINGS = '<script id="__UI_CONFIG__" type="application/json"><%- uiConfig %></script>'
const known = (more = '') =>
  `<base href="<%= basePath %>"><title><%= title %></title><link href="<%= favIconAlternative %>"><link href="<%= favIconDefault %>">${SETTINGS}${more}`

it.each([
  ['an inline script', known('<script>run()</script>')],
  ['a script from elsewhere', known('<script src="https://cdn.example/x.js"></script>')],
  ['an event handler', known('<div onclick="run()"></div>')],
  ['something from elsewhere', known('<img src="https://cdn.example/x.png">')],
  ['a value that nobody knows', known('<%= secret %>')],
  ['code', known('<% run() %>')],
  ['no place for the settings', known().replace(SETTINGS, '')],
])('a template with %s keeps the dashboard from starting', (_what, source) => {
  expect(() => readBoardTemplate(source)).toThrow("Bull Board's page is not as this dashboard knows it")
})

it('links to fonts elsewhere and inline styles are left out', () => {
  const source = known('<link href="https://fonts.example/css" rel="stylesheet"><div style="color:red">a</div><style>b{}</style>')
  const values = { basePath: '/b/', title: 'T', favIconDefault: 'd', favIconAlternative: 'a', uiConfig: '{}' }
  expect(readBoardTemplate(source)(values)).toBe(
    '<base href="/b/"><title>T</title><link href="a"><link href="d"><script id="__UI_CONFIG__" type="application/json">{}</script><div>a</div>',
  )
})

it('settings cannot end the script that holds them', () => {
  const text = '</script><script>alert(1)</script>&\u2028'
  const json = jsonForPage({ text })
  expect(json).not.toMatch(/[<>&\u2028]/)
  expect(JSON.parse(json)).toEqual({ text })
})
