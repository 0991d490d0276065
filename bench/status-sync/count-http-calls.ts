/** How often the sync has asked the registration service so far: the samples of its own histogram. @param key of a role that may see metrics */
export async function countHttpCalls({ serviceUrl, key }: { readonly serviceUrl: string; readonly key: string }): Promise<number> {
  const answer = await fetch(new URL('/metrics', serviceUrl), { headers: { authorization: `Bearer ${key}` } })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`The metrics of the registration service: ${answer.status} ${text}`)
  const calls = [...text.matchAll(/^rollcall_api_request_seconds_count\{([^}]*)\} (\d+)$/gm)].filter(([, labels = '']) =>
    labels.includes('route="/api/registrations/'),
  )
  return calls.reduce((sum, [, , count]) => sum + Number(count), 0)
}
