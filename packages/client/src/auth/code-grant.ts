import type { MaybePromise } from '../options.ts'
import type { Registration } from './credentials.ts'
import type { Grant, Need } from './grant.ts'
import type { ClientIdentity } from './options.ts'

/** Where one authorization comes back to. */
export interface Landing {
  /** An https URL, or http on loopback. */
  readonly redirectUri: string
  /**
   * Shows a person the page at `url`, which was checked to be http(s), and resolves to the URL that they were redirected to, or its
   * query. Rejects with `AuthError` `cancelled` where they do not come back; ends when the signal aborts.
   */
  show(url: URL, signal: AbortSignal): Promise<string | URL | URLSearchParams>
  /** Called when the authorization is over, well or badly. */
  close?(): MaybePromise<void>
}

export interface CodeGrantOptions extends ClientIdentity {
  /** Opens the place to come back to, once for each authorization. `known` is a registration that is held, with the URIs it was made for. */
  open(need: Need, known: Registration | undefined): MaybePromise<Landing>
}

/** Signs a person in by an authorization code with PKCE. */
export function codeGrant(_options: CodeGrantOptions): Grant {
  throw new TypeError('Not built yet')
}
