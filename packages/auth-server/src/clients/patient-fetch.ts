/** What could not be had is not asked for again at once: one request for a page would otherwise fetch a bad document twice. */
export function patientFetch(
  fetch: typeof globalThis.fetch,
  now: () => number = Date.now,
): (url: string | URL, init: RequestInit) => Promise<Response> {
  const failed = new Map<string, number>()

  function fail(url: string, cause?: unknown): Error {
    if (failed.size >= maxRemembered) failed.clear()
    failed.set(url, now() + waitMs)
    return new Error('The document cannot be had', { cause })
  }

  return async (address, init) => {
    const url = String(address)
    if ((failed.get(url) ?? 0) > now()) throw new Error('The document could not be had just now')
    let response: Response
    let body: Uint8Array<ArrayBuffer>
    try {
      response = await fetch(url, init)
      body = await readBounded(response)
    } catch (cause) {
      throw fail(url, cause)
    }
    if (response.status !== 200) throw fail(url)
    return new Response(body, { headers: response.headers })
  }
}

const waitMs = 5_000
const maxRemembered = 1_000
const maxBytes = 65_536

async function readBounded(response: Response): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = []
  let size = 0
  for (const reader = response.body?.getReader(); reader; ) {
    const { done, value } = await reader.read()
    if (done) break
    size += value.length
    if (size > maxBytes) {
      await reader.cancel()
      throw new Error(`The document has more than ${maxBytes} bytes`)
    }
    chunks.push(value)
  }
  return Buffer.concat(chunks)
}
