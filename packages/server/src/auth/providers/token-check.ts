/** Asks the API of a provider about a token that only its maker can read. */
import { isObject } from '@lutra/core'
import { readText } from '../fetch-json.ts'
import { Unavailable } from '../refusal.ts'

export interface TokenCheck {
  readonly url: string
  readonly init: RequestInit
  /** The statuses that say that a token is not good. */
  readonly bad: readonly number[]
  readonly fetch: typeof fetch | undefined
}

/** What the provider says of the token; undefined where it says that it is not good. Throws where it says neither. */
export async function checkToken({
  url,
  init,
  bad,
  fetch = globalThis.fetch,
}: TokenCheck): Promise<Readonly<Record<string, unknown>> | undefined> {
  const signal = AbortSignal.timeout(timeoutMs)
  try {
    const response = await fetch(url, { ...init, method: 'POST', redirect: 'manual', signal })
    if (response.status === 200) {
      const found: unknown = JSON.parse(await readText(response))
      if (isObject(found)) return found
      throw new Unavailable(`${url} sent JSON that is no object`)
    }
    await response.body?.cancel()
    if (bad.includes(response.status)) return undefined
    throw new Unavailable(`Expected status 200 from ${url}, got ${response.status}`)
  } catch (cause) {
    if (cause instanceof Unavailable) throw cause
    throw new Unavailable(`${url} cannot be asked about tokens`, { cause })
  }
}

const timeoutMs = 5000
