import { allowInsecureRequests, customFetch, isDPoPNonceError } from 'oauth4webapi'
import { AuthError } from './auth-error.ts'
import type { CredentialStore } from './credentials.ts'
import { createDPoP, type DPoP } from './dpop.ts'
import { dpopKeyPair } from './dpop-key.ts'
import type { Need, TokenRequestOptions } from './grant.ts'
import type { AuthOptions } from './options.ts'
import type { Outbound } from './outbound.ts'
import type { Place } from './place.ts'

/** What a need is put together from. */
export interface NeedParts {
  readonly server: URL
  readonly place: Place
  readonly scope: string | undefined
  readonly store: CredentialStore
  readonly warn: (message: string) => void
  readonly outbound: Outbound
  readonly dpop: DPoP | undefined
}

/** Puts together what a grant is told. */
export function needOf({ server, place, scope, store, warn, outbound, dpop }: NeedParts): Need {
  const { fetch, check, insecure, signal } = outbound
  const options: TokenRequestOptions = {
    [customFetch]: fetch,
    [allowInsecureRequests]: insecure,
    ...(signal && { signal }),
    ...(dpop && { DPoP: dpop.handle }),
  }
  return {
    server,
    resource: place.resource,
    authorizationServer: place.authorizationServer,
    scope,
    bound: place.bound,
    store,
    warn,
    signal,
    fetch,
    check,
    async request(send) {
      try {
        return await send(options)
      } catch (error) {
        if (!dpop || !isDPoPNonceError(error)) throw error
        return send(options)
      }
    },
  }
}

/** Makes proofs for an authorization server, where they are wanted and can be used there; keeps them by issuer. */
export function createProofs(store: CredentialStore, options: AuthOptions) {
  const made = new Map<string, Promise<DPoP>>()
  const { dpop: wish } = options

  function of(issuer: string): Promise<DPoP> {
    const known = made.get(issuer)
    if (known !== undefined) return known
    const fresh = dpopKeyPair(store, issuer).then(createDPoP)
    made.set(issuer, fresh)
    fresh.catch(() => made.delete(issuer))
    return fresh
  }

  async function forPlace({ authorizationServer, bound }: Place): Promise<DPoP | undefined> {
    const { issuer, dpop_signing_alg_values_supported: algorithms } = authorizationServer
    const required = isRequired(wish) || (bound && wish !== false)
    if (!required && wish !== true) return undefined
    if (required || algorithms?.includes('ES256')) return of(issuer)
    return undefined
  }

  return { of, forPlace }
}

export type Proofs = ReturnType<typeof createProofs>

/** Refuses a token that is not bound to the key, where it has to be. */
export function assertBound(tokenType: string, options: AuthOptions): void {
  if (tokenType === 'DPoP' || !isRequired(options.dpop)) return
  const message =
    'The authorization server gave a token that is not bound to the key of this client'
  throw new AuthError('token', `${message}; leave out dpop.required to take it`)
}

function isRequired(wish: AuthOptions['dpop']): boolean {
  return typeof wish === 'object' && wish.required !== false
}
