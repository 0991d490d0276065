// What the tests use of jsdom. Its own types bring those of a browser for the whole repository, where they would replace Node's.
declare module 'jsdom' {
  export interface PageElement {
    readonly textContent: string | null
    getAttribute(name: string): string | null
    querySelector(selector: string): PageElement | null
    querySelectorAll(selector: string): Iterable<PageElement> & { readonly length: number }
    click(): void
  }

  export interface Page extends Pick<PageElement, 'querySelector' | 'querySelectorAll'> {
    readonly body: PageElement
    readonly baseURI: string
  }

  export interface PageWindow {
    readonly document: Page
    close(): void
  }

  export class CookieJar {
    setCookie(cookie: string, url: string): Promise<unknown>
  }

  export class VirtualConsole {}

  export class JSDOM {
    static fromURL(
      url: string,
      options: {
        readonly runScripts: 'dangerously'
        readonly resources: 'usable'
        readonly pretendToBeVisual: boolean
        readonly cookieJar: CookieJar
        /** One that nobody listens to is silent. */
        readonly virtualConsole: VirtualConsole
        readonly beforeParse: (window: PageWindow) => void
      },
    ): Promise<JSDOM>
    readonly window: PageWindow
  }
}
