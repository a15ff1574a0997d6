import type { HttpResponse } from './exchange.ts'
import { HttpError } from './http-error.ts'

/** Where a redirect of a POST leads, if it may be followed; throws `HttpError` where it may not. */
export function redirectOf(response: HttpResponse, from: URL, count: number): URL {
  const { status } = response
  const location = response.header('location')
  response.discard()
  const to =
    location !== undefined && URL.canParse(location, from) ? new URL(location, from) : undefined
  const where = to ? ` to ${to.origin}${to.pathname}` : ''
  const refuse = (why: string) =>
    new HttpError(`HTTP ${status}: a redirect${where}; ${why}`, { status })
  if (!to) throw refuse('it does not say where')
  // Headers may carry a token, the body what a person said: neither may end up elsewhere.
  if (to.origin !== from.origin)
    throw refuse('it leads to another origin; connect there if you trust it')
  if (status !== 307 && status !== 308)
    throw refuse('it asks for a GET; connect to that URL instead')
  if (count >= maxRedirects) throw refuse('there are too many of them')
  return to
}

const maxRedirects = 5
