/** Encrypts what must not stand in clear anywhere (initial passwords). Adapter: AES-256-GCM in `@rollcall/platform`. */
export interface Sealer {
  /** @param context bound to the result: opening under another context fails. */
  seal(secret: { readonly plain: string; readonly context: string }): string
  open(secret: { readonly sealed: string; readonly context: string }): string
}

/** A sealer whose keys are exchanged. */
export interface RotatingSealer extends Sealer {
  /** Those that it has; the first one seals. */
  readonly keyIds: readonly [string, ...string[]]
  /** Under which key something was sealed; null for what no sealer made. */
  keyIdOf(sealed: string): string | null
}
