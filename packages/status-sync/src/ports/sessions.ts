/** The sessions that users hold with the outside directory. Ending them again does no harm. */
export interface Sessions {
  /**
   * Whoever signed in before must sign in again.
   * @param user his object id in the directory
   * @returns whether the directory knows him
   * @throws the engine's error words
   */
  revoke(
    user: { readonly azureId: string },
    call: { readonly signal: AbortSignal; readonly runUuid: string; readonly bulk: boolean },
  ): Promise<'revoked' | 'noSuchUser'>
}
