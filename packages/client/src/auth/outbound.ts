import type { AuthorizerContext } from '../http/authorizer.ts'
import { AuthError } from './auth-error.ts'
import { defaultGuard } from './default-guard.ts'
import { hostKind } from './host-kind.ts'
import type { AuthOptions } from './options.ts'
import { createUrlGuard, type GuardRules } from './url-guard.ts'

type Fetch = typeof globalThis.fetch

/** How authorization servers are spoken to: no address that they name leads inside, no answer is endless, none takes for ever. */
export interface Outbound {
  readonly fetch: Fetch
  /** Throws `AuthError` `unsafe_url` for what no server may lead anybody to. */
  check(url: URL): void
  /** Whether plain http is taken, which the guard allows on loopback alone. */
  readonly insecure: boolean
  readonly signal: AbortSignal | undefined
}

/** Makes what requests to authorization servers go out by, for each piece of work with its signal. */
export function createOutbound(
  context: AuthorizerContext,
  options: AuthOptions,
): (signal?: AbortSignal) => Outbound {
  const { server } = context
  const insecure = options.allowLoopback ?? hostKind(server.hostname) === 'loopback'
  const rules: GuardRules = { server, allowLoopback: insecure, allowHosts: options.allowHosts }
  const guard = createUrlGuard(rules)
  const own = options.fetch ?? context.fetch
  let guarded: Promise<Fetch> | undefined

  const inner = (): Promise<Fetch> => {
    guarded ??= own ? Promise.resolve(own) : defaultGuard(rules)
    return guarded
  }

  return (signal) => {
    const fetch: Fetch = async (input, init = {}) => {
      let url = urlOf(input)
      for (let hop = 0; ; hop++) {
        guard.check(url)
        const response = await (await inner())(url, {
          ...init,
          redirect: 'manual',
          signal: anyOf(signal, init.signal ?? undefined),
        })
        const next = init.redirect === 'manual' ? undefined : redirectOf(response, url)
        if (!next) return bounded(response, url)
        await response.body?.cancel()
        if (hop >= maxRedirects)
          throw new AuthError('discovery', `${url.origin} redirects endlessly`)
        url = next
      }
    }
    return { fetch, check: guard.check, insecure, signal }
  }
}

const maxRedirects = 3
const timeoutMs = 30_000
// Documents of authorization servers are of a few kilobytes.
const maxBytes = 512 * 1024

function urlOf(input: Parameters<Fetch>[0]): URL {
  return new URL(input instanceof Request ? input.url : input)
}

function anyOf(...signals: readonly (AbortSignal | undefined)[]): AbortSignal {
  return AbortSignal.any([
    AbortSignal.timeout(timeoutMs),
    ...signals.filter((signal) => signal !== undefined),
  ])
}

function redirectOf(response: Response, from: URL): URL | undefined {
  const location = response.headers.get('location')
  if (![301, 302, 303, 307, 308].includes(response.status) || location === null) return undefined
  return URL.canParse(location, from) ? new URL(location, from) : undefined
}

/** The same response, with all of its body here. */
async function bounded(response: Response, url: URL): Promise<Response> {
  const { status, statusText, headers } = response
  const chunks: Uint8Array[] = []
  let size = 0
  const reader = response.body?.getReader()
  for (;;) {
    const { done, value } = (await reader?.read()) ?? { done: true, value: undefined }
    if (done) break
    size += value.length
    if (size > maxBytes) {
      await reader?.cancel()
      throw new AuthError('discovery', `${url.origin} answered more than ${maxBytes} bytes`)
    }
    chunks.push(value)
  }
  const body = new Uint8Array(size)
  let at = 0
  for (const chunk of chunks) {
    body.set(chunk, at)
    at += chunk.length
  }
  return new Response(size > 0 ? body : null, { status, statusText, headers })
}
