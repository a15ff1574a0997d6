import { AuthError } from './auth-error.ts'
import type { Outbound } from './outbound.ts'

/** What is at the address of a document. */
export type Found =
  | { readonly kind: 'document'; readonly document: unknown }
  | { readonly kind: 'absent'; readonly why: string }

/** Reads a JSON document. A server that fails, and not only lacks it, is an `AuthError`: it may have it later. */
export async function readJson(url: URL, outbound: Outbound): Promise<Found> {
  const where = `${url.origin}${url.pathname}`
  const headers = { accept: 'application/json' }
  const response = await outbound.fetch(url, { headers }).catch((cause: unknown) => {
    if (cause instanceof AuthError || outbound.signal?.aborted) throw cause
    throw new AuthError('discovery', `${where} could not be fetched`, { cause })
  })
  const { status } = response
  if (status >= 500 || status === 429) {
    throw new AuthError('discovery', `${where} answered HTTP ${status}: try again later`)
  }
  if (status !== 200) return { kind: 'absent', why: `HTTP ${status} is answered` }
  const text = await response.text()
  try {
    return { kind: 'document', document: JSON.parse(text) }
  } catch {
    // Sites that answer every path with a page are many.
    return { kind: 'absent', why: 'no JSON is answered' }
  }
}
