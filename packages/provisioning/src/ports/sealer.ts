/** Encrypts what must not stand in clear anywhere (initial passwords). Adapter: AES-256-GCM in `@rollcall/platform`. */
export interface Sealer {
  /** @param context bound to the result: opening under another context fails. */
  seal(secret: { readonly plain: string; readonly context: string }): string
  open(secret: { readonly sealed: string; readonly context: string }): string
}
