import { AuthError } from './auth-error.ts'
import { createUrlGuard, type GuardRules } from './url-guard.ts'

type Fetch = typeof globalThis.fetch

// Named by a variable, so that what is built for the web does not take in Node's modules.
const nodeModule: string = '@lutra/client/auth-node'

/** The fetch for what peers name: on Node.js one that looks addresses up once and refuses those inside, elsewhere one that reads them. */
export async function defaultGuard(rules: GuardRules): Promise<Fetch> {
  const { process } = globalThis as { process?: { versions?: { node?: string } } }
  if (process?.versions?.node === undefined) return plainGuard(rules)
  try {
    const loaded: { readonly guardedFetch: (rules: GuardRules) => Fetch } = await import(nodeModule)
    return loaded.guardedFetch(rules)
  } catch (cause) {
    throw new TypeError(
      "What servers name cannot be checked here: give `fetch: guardedFetch()` from '@lutra/client/auth-node' to the way in",
      { cause },
    )
  }
}

/** Where names cannot be looked up: what a URL says is checked, and no redirect followed that cannot be. */
export function plainGuard(rules: GuardRules, fetch: Fetch = globalThis.fetch): Fetch {
  const guard = createUrlGuard(rules)
  return async (input, init) => {
    const url = guard.check(input instanceof Request ? input.url : input)
    const request = input instanceof Request ? input : url
    const response = await fetch(request, { ...init, redirect: 'manual' })
    // Browsers do not tell where to.
    if (response.type !== 'opaqueredirect') return response
    throw new AuthError(
      'unsafe_url',
      `${url.origin} redirects, and where to cannot be checked here`,
    )
  }
}
