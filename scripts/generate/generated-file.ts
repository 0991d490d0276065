export interface GeneratedFile {
  /** Relative to the repository. */
  readonly path: string
  readonly content: string
}
