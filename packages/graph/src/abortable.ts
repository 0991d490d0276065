/** Waits for a promise that others wait for too, until the signal fires. @throws the signal's reason */
export async function abortable<T>({ promise, signal }: { readonly promise: Promise<T>; readonly signal: AbortSignal }): Promise<T> {
  signal.throwIfAborted()
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  const onAbort = () => reject(signal.reason)
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    return await Promise.race([promise, aborted])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
