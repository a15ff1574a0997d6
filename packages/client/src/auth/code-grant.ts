import { raceAbort } from '@lutra/core/wait'
import type { MaybePromise } from '../options.ts'
import { AuthError } from './auth-error.ts'
import { assertSafeCodes, requestCode } from './code-request.ts'
import { type Callback, readCallback, redeemCode } from './code-response.ts'
import type { Registration, TokenSet } from './credentials.ts'
import type { Grant, Need } from './grant.ts'
import type { ClientIdentity } from './options.ts'
import { byRefreshToken } from './refresh.ts'
import { assertIdentity, registrationOf } from './register.ts'

/** Where one authorization comes back to. */
export interface Landing {
  /** An https URL, or http on loopback. */
  readonly redirectUri: string
  /**
   * Shows a person the page at `url`, which was checked to be http(s), and resolves to the URL that they were redirected to, or its
   * query. Rejects with `AuthError` `cancelled` where they do not come back; ends when the signal aborts.
   */
  show(url: URL, signal: AbortSignal): Promise<Callback>
  /** Called when the authorization is over, well or badly. */
  close?(): MaybePromise<void>
}

export interface CodeGrantOptions extends ClientIdentity {
  /** Opens the place to come back to, once for each authorization. `known` is a registration that is held, with the URIs it was made for. */
  open(need: Need, known: Registration | undefined): MaybePromise<Landing>
}

/** Signs a person in by an authorization code with PKCE. */
export function codeGrant(options: CodeGrantOptions): Grant {
  assertIdentity(options)
  const { key } = options
  return {
    interactive: true,
    ...(key && { refresh: (need, tokens) => byRefreshToken(need, tokens, key) }),
    issuers: issuersOf(options),
    async obtain(need) {
      assertSafeCodes(need)
      const { issuer } = need.authorizationServer
      const known = await need.store.get({ kind: 'client', issuer })
      const landing = await options.open(need, known)
      try {
        return await signIn(need, options, landing)
      } finally {
        await landing.close?.()
      }
    },
  }
}

async function signIn(need: Need, options: ClientIdentity, landing: Landing): Promise<TokenSet> {
  const { store, authorizationServer } = need
  const { redirectUri } = landing
  const registration = await registrationOf(need, options, [redirectUri])
  const { url, state, pending } = await requestCode(need, {
    registration,
    redirectUri,
    key: options.key,
  })
  const signal = need.signal ?? new AbortController().signal
  const shown = raceAbort(landing.show(url, signal), signal)
  const callback = await shown.catch(async (error: unknown) => {
    // A server that has forgotten the client says so to the person alone: the next time should not end there, too.
    if (error instanceof AuthError && registration.how === 'dynamic') {
      await store.delete({ kind: 'client', issuer: authorizationServer.issuer })
    }
    throw error
  })
  const { key } = options
  return redeemCode(need, { registration, key, pending, state, callback: readCallback(callback) })
}

/** The authorization servers that clients were given for. */
export function issuersOf({ client = [] }: ClientIdentity): readonly string[] {
  const given = 'id' in client ? [client] : client
  return given.flatMap(({ issuer }) => issuer ?? [])
}
