import type { HttpApp } from '@rollcall/platform/http'

/** The server as routes see it. */
export type Api = HttpApp
