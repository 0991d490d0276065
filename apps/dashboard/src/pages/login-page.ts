import { html } from './html.ts'
import { csrfField, layout, notice } from './layout.ts'

export interface LoginPage {
  readonly csrfToken: string
  /** Where to go on; a path of ours. */
  readonly next: string
  /** Why the last try did not succeed. */
  readonly problem: string | null
}

export function loginPage({ csrfToken, next, problem }: LoginPage): string {
  return layout({
    title: 'Log in',
    operator: null,
    main: html`
${problem !== null && notice('wrong', html`<p>${problem}</p>`)}
<form class="card" method="post" action="/login">
${csrfField({ csrfToken })}
<input type="hidden" name="next" value="${next}">
<p><label for="name">Name of the API key</label>
<input id="name" name="name" type="text" autocomplete="username" autocapitalize="none" spellcheck="false" maxlength="100" required></p>
<p><label for="key">The key itself</label>
<input id="key" name="key" type="password" autocomplete="current-password" maxlength="200" required aria-describedby="key-hint"></p>
<p class="hint" id="key-hint">A key of the role reader, operator or admin; it begins with rk_.</p>
<button type="submit">Log in</button>
</form>`,
  })
}
